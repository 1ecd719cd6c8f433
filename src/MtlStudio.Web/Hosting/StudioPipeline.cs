using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Hosting;

/// <summary>The way of a request, from outside in.</summary>
internal static class StudioPipeline
{
    public static void Use(WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseRequestGuard();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        app.MapStaticAssets();
        // Our own policy says who may frame the pages (nobody); a second one would only widen it.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
    }
}
