using MtlStudio.Web.Api;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Live;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Hosting;

/// <summary>The way of a request, from outside in.</summary>
internal static class StudioPipeline
{
    public static void Use(WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseRequestGuard();
        app.UseWhen(IsForPrograms, branch =>
        {
            branch.UseExceptionHandler();
            branch.UseStatusCodePages();
        });
        app.UseWhen(context => !IsForPrograms(context), branch => branch.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        var first = app.Services.GetRequiredService<FirstPage>();
        app.Use(async (context, next) =>
        {
            await next(context);
            if (!IsForPrograms(context)) first.Answered();
        });
        app.UseRouting();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapStudioHealth();
        app.MapStudioApi();
        app.MapHub<TelemetryHub>(TelemetryHub.Path).RequireAuthorization(StudioPolicies.Read);
        app.MapSupervision().RequireAuthorization(StudioPolicies.Admin);
        app.MapStaticAssets().RequireAuthorization(StudioPolicies.Public);
        // Our own policy says who may frame the pages (nobody); a second one would only widen it.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization(StudioPolicies.Read);
    }

    /// <summary>Programs get problem details, people get a page.</summary>
    private static bool IsForPrograms(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/openapi")
        || context.Request.Path.StartsWithSegments("/hubs") || context.Request.Path.StartsWithSegments("/healthz");
}
