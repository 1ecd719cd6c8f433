namespace MtlStudio.Web.Hosting;

public static class RequestGuardMiddleware
{
    /// <summary>Answers what <see cref="RequestGuard"/> refuses with problem details, before anything else sees it.</summary>
    public static IApplicationBuilder UseRequestGuard(this IApplicationBuilder app)
    {
        var guard = app.ApplicationServices.GetRequiredService<RequestGuard>();
        return app.Use((context, next) => guard.Refusal(context.Request) is not { } refusal
            ? next(context)
            : Results.Problem(refusal.Reason, statusCode: refusal.Status).ExecuteAsync(context));
    }
}
