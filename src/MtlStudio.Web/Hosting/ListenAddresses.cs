using System.Net;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>Where the studio may listen: this machine only, as long as there is no sign-in.</summary>
public static class ListenAddresses
{
    public const string Default = "http://127.0.0.1:5280";

    /// <summary>The addresses asked for by --urls, ASPNETCORE_URLS, HTTP_PORTS and the like, or the default.</summary>
    /// <exception cref="InvalidInputException">An address that is none, or one beyond this machine without <see cref="StudioOptions.AllowAnonymousNetwork"/>.</exception>
    public static IReadOnlyList<string> Read(IConfiguration configuration, StudioOptions options)
    {
        var asked = Asked(configuration);
        var errors = new List<FieldError>();
        foreach (var (field, address) in asked)
        {
            if (!TryParse(address, out var host))
                errors.Add(new(field, $"\"{address}\" is no address to listen on: give one as {Default}"));
            else if (!IsLoopback(host) && !options.AllowAnonymousNetwork)
                errors.Add(new(field, $"\"{address}\" would let anyone on the network use this studio, which has no sign-in: listen on 127.0.0.1 (and reach it through an SSH tunnel), or accept that with --Studio:AllowAnonymousNetwork=true"));
        }
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return [.. asked.Select(a => a.Address)];
    }

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static List<(string Field, string Address)> Asked(IConfiguration configuration)
    {
        List<(string, string)> Split(string key, Func<string, string> address) =>
            [.. (configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(value => (key, address(value)))];

        // Kestrel's own order: urls win over ports; endpoints of the section "Kestrel" win over both.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(endpoint => ($"{endpoint.Path}:Url", endpoint["Url"] ?? "")).ToList();
        if (endpoints.Count > 0) return endpoints;
        var urls = Split("urls", value => value);
        if (urls.Count > 0) return urls;
        List<(string, string)> ports = [.. Split("http_ports", port => $"http://*:{port}"), .. Split("https_ports", port => $"https://*:{port}")];
        return ports.Count > 0 ? ports : [("urls", Default)];
    }

    private static bool TryParse(string address, out string host)
    {
        host = "";
        try
        {
            var parsed = BindingAddress.Parse(address);
            if (parsed.Scheme is not ("http" or "https")) return false;
            // A Unix socket is reached through the file system's rights.
            host = parsed.IsUnixPipe ? "localhost" : parsed.Host;
            return true;
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
