using System.Net;

namespace MtlStudio.Web.Hosting;

/// <summary>
/// Keeps other sites' pages from using a studio through its user's browser. An unknown Host is refused everywhere (a foreign
/// name that was re-pointed at this machine); a foreign Origin, or a cross-site request, is refused on the API, the hubs, the
/// circuit and whatever changes something.
/// </summary>
public sealed class RequestGuard(StudioOptions options)
{
    private static readonly string[] Guarded = ["/api", "/hubs", "/_blazor", "/openapi", "/hangfire"];

    /// <summary>Why the request is refused, or null.</summary>
    public (int Status, string Reason)? Refusal(HttpRequest request)
    {
        if (!IsKnownHost(request.Host))
            return (StatusCodes.Status400BadRequest, $"The host \"{request.Host}\" is not one of this studio's names: use its printed address, or add the name with Studio:Hosts");
        if (!IsGuarded(request)) return null;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !IsOwn(origin, request.Host))
            return (StatusCodes.Status403Forbidden, $"The origin \"{origin}\" is foreign: only this studio's own pages, and programs that are no browser pages, may call it");
        // Images, scripts and forms of other sites send no Origin with GET; browsers say so in this header instead.
        if (origin.Length == 0 && request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && request.Headers["Sec-Fetch-Mode"] != "navigate")
            return (StatusCodes.Status403Forbidden, "The request comes from another site's page: only this studio's own pages, and programs that are no browser pages, may call it");
        return null;
    }

    private bool IsKnownHost(HostString host)
    {
        if (!host.HasValue || host.Host.Length == 0) return false;
        if (ListenAddresses.IsLoopback(host.Host)) return true;
        // A literal address cannot be re-pointed; without the network it can only be a tunnel's or a proxy's mistake.
        if (options.AllowAnonymousNetwork && IPAddress.TryParse(host.Host.Trim('[', ']'), out _)) return true;
        return options.Hosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsGuarded(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        || Guarded.Any(prefix => request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Scheme apart (a proxy may end TLS), an own page's origin is the very host it calls.</summary>
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
