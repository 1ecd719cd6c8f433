using Microsoft.AspNetCore.Http.Metadata;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Api;

/// <summary>Refuses query parameters that a call does not know: a mistyped filter would otherwise filter nothing, in silence.</summary>
internal static class KnownQueryFilter
{
    public static EndpointFilterDelegate Make(EndpointFilterFactoryContext context, EndpointFilterDelegate next)
    {
        var known = context.MethodInfo.GetParameters().Select(parameter => parameter.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return call =>
        {
            var bound = call.HttpContext.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [];
            var names = bound.Count > 0 ? bound.Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) : known;
            var unknown = call.HttpContext.Request.Query.Keys.Where(key => !names.Contains(key))
                .Select(key => new FieldError(key, $"This call has no parameter \"{key}\"")).ToList();
            return unknown.Count > 0 ? throw new InvalidInputException(unknown) : next(call);
        };
    }
}
