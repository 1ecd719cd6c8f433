using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Api.Library;

/// <summary>What can be chosen, and whether a spec holds.</summary>
internal static class CatalogRoutes
{
    public static void MapCatalog(this IEndpointRouteBuilder api)
    {
        api.MapGet("/catalog", () => new CatalogView(MethodCatalog.All, SpecFields.All)).WithTags("Catalog").RequireAuthorization(StudioPolicies.Read)
            .WithSummary("Every method and every field of a spec: name, type, range, default, unit, help, paper.");
        api.MapPost("/specs/validate", ValidateAsync).Accepts<RunSpec>("application/json").WithTags("Catalog").RequireAuthorization(StudioPolicies.Read)
            .WithSummary("Checks a spec as launching would, without launching. 204 where it holds; 400 names every fault by its field.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ValidateAsync(HttpRequest request, DataFolder data, CancellationToken cancellation)
    {
        await SpecBody.ReadAsync(request, data, cancellation);
        return Results.NoContent();
    }
}

/// <param name="Methods">By kind: policies, samplers, adapters, optimizers, schedules, metrics.</param>
/// <param name="Fields">Of a RunSpec, by path.</param>
public sealed record CatalogView(IReadOnlyList<MethodDescriptor> Methods, IReadOnlyList<ParameterDescriptor> Fields);
