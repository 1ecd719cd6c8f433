using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace MtlStudio.Web.Api;

/// <summary>Answers a refused call with problem details instead of a challenge.</summary>
internal sealed class RefusalAnswer : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result) => result.Succeeded
        ? next(context)
        : Results.Problem("You may not do this here.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
}
