using System.Net;
using Hangfire.Dashboard;

namespace MtlStudio.Web.Supervision;

/// <summary>Lets nobody at Hangfire's dashboard but this machine itself. A request that a proxy passed on is not from this machine.</summary>
internal sealed class LoopbackOnlyFilter : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context) => IsAllowed(context.GetHttpContext());

    internal static bool IsAllowed(HttpContext request) =>
        request.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !request.Request.Headers.ContainsKey("X-Forwarded-For") && !request.Request.Headers.ContainsKey("Forwarded");
}
