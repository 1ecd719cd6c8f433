using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MtlStudio.Benchmarks.Browser;

/// <summary>Static pages that draw lines with the studio's own plotly.js and do nothing else: what no page with the same lines can undercut by much.</summary>
internal sealed class BarePages : IAsyncDisposable
{
    private readonly WebApplication host;

    private BarePages(WebApplication host) => this.host = host;

    public string Address => host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="plotly">The script.</param>
    /// <param name="pages">Charts by the page's name, each a list of lines by name.</param>
    public static async Task<BarePages> StartAsync(byte[] plotly, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<PageLine>>> pages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var host = builder.Build();
        host.MapGet("/plotly.js", () => Results.Bytes(plotly, "text/javascript"));
        host.MapGet("/draw.js", () => Results.Text(Draw, "text/javascript"));
        foreach (var (name, charts) in pages)
        {
            var data = Data(charts);
            host.MapGet($"/{name}", () => Results.Text(Html(name, charts.Count), "text/html"));
            host.MapGet($"/{name}.json", () => Results.Bytes(data, "application/json"));
        }
        await host.StartAsync();
        return new(host);
    }

    private const string Draw = """
        fetch(document.body.dataset.lines).then(answer => answer.json()).then(charts => charts.forEach((lines, i) => Plotly.newPlot(
          document.getElementsByClassName("chart")[i], lines.map(line => ({ ...line, mode: "lines", type: "scatter", line: { width: 1.25 } })), { margin: { l: 48, r: 12, t: 28, b: 40 } }, { responsive: true, displayModeBar: false })));
        """;

    private static string Html(string name, int charts) => $$"""
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8" /><title>Bare</title><link rel="icon" href="data:," />
        <style>body { display: grid; grid-template-columns: repeat({{Math.Min(4, charts)}}, 1fr); margin: 0 } .chart { height: 260px }</style></head>
        <body data-lines="/{{name}}.json">{{string.Concat(Enumerable.Repeat("<div class=\"chart\"></div>", charts))}}<script src="/plotly.js"></script><script src="/draw.js"></script></body></html>
        """;

    private static byte[] Data(IReadOnlyList<IReadOnlyList<PageLine>> charts)
    {
        var json = new StringBuilder("[");
        foreach (var (chart, i) in charts.Select((chart, i) => (chart, i)))
        {
            json.Append(i == 0 ? "[" : ",[");
            foreach (var (line, k) in chart.Select((line, k) => (line, k)))
            {
                json.Append(CultureInfo.InvariantCulture, $"{(k == 0 ? "" : ",")}{{\"name\":\"{line.Series}\",\"x\":[{string.Join(',', Enumerable.Range(1, line.Values.Length))}],\"y\":[");
                json.AppendJoin(',', line.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))).Append("]}");
            }
            json.Append(']');
        }
        return Encoding.UTF8.GetBytes(json.Append(']').ToString());
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
