using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Api.Library;

internal static class PresetRoutes
{
    public static void MapPresets(this IEndpointRouteBuilder api) =>
        api.MapGet("/presets", (PresetLibrary presets, CancellationToken cancellation) => presets.AllAsync(cancellation))
            .WithTags("Catalog").WithSummary("Specs that are ready to launch; the first is the sample four-task run.").RequireAuthorization(StudioPolicies.Read);
}
