using System.Collections.Concurrent;
using System.Text.Json;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace MtlStudio.Web.Charts;

/// <summary>
/// Writes how lines and their bands look as Plotly.Blazor would. Its converter looks at all hundred properties of a trace by reflection, at each call, which for a
/// page of many lines takes longer than reading their points; layouts, configurations and marks, of which a figure has few, are left to it.
/// </summary>
internal static class TraceJson
{
    private static readonly ConcurrentDictionary<SymbolEnum, string> Symbols = [];

    /// <summary>How a series' line looks; its numbers are sent beside it.</summary>
    /// <param name="panel">The panel it lies in, from 0.</param>
    public static void WriteLine(Utf8JsonWriter to, ChartSeries series, int panel)
    {
        Begin(to);
        to.WriteString("name", series.Name);
        to.WriteString("mode", series.Style switch { SeriesStyle.Validation => "lines+markers", SeriesStyle.Points => "markers", _ => "lines" });
        to.WriteStartObject("line");
        to.WriteString("color", series.Color);
        to.WriteNumber("width", series.Style == SeriesStyle.Validation ? 2.5m : 1.25m);
        to.WriteString("dash", series.Style == SeriesStyle.Reference ? "dash" : "solid");
        to.WriteEndObject();
        to.WriteStartObject("marker");
        to.WriteString("color", series.Color);
        to.WriteNumber("size", series.Style == SeriesStyle.Points ? 10 : 6);
        to.WriteString("symbol", Symbol(series.Marker));
        to.WriteEndObject();
        // Without it, Plotly writes pairs of numbers in brackets where a line has no point right under the pointer.
        if (series.Style != SeriesStyle.Points) to.WriteString("hovertemplate", "%{y}");
        if (series.Labels is { } labels)
        {
            to.WriteStartArray("text");
            foreach (var label in labels) to.WriteStringValue(label);
            to.WriteEndArray();
        }
        if (series.Group is { } group) to.WriteString("legendgroup", group);
        End(to, panel, series.InLegend);
    }

    /// <summary>How the band behind a series looks: one closed shape, or a line where it has no height; charts.js tells which.</summary>
    public static void WriteBand(Utf8JsonWriter to, ChartSeries series, int panel)
    {
        Begin(to);
        to.WriteStartObject("line");
        to.WriteString("color", Faded(series.Color, "55"));
        to.WriteNumber("width", 0.75m);
        to.WriteEndObject();
        to.WriteString("fill", "toself");
        to.WriteString("fillcolor", Faded(series.Color, "2C"));
        to.WriteString("hoverinfo", "skip");
        to.WriteString("legendgroup", series.Group ?? series.Name);
        End(to, panel, inLegend: false);
    }

    private static void Begin(Utf8JsonWriter to)
    {
        to.WriteStartObject();
        to.WriteString("type", "scatter");
    }

    private static void End(Utf8JsonWriter to, int panel, bool inLegend)
    {
        to.WriteBoolean("showlegend", inLegend);
        to.WriteBoolean("connectgaps", false);
        to.WriteString("xaxis", PanelLayout.Id("x", panel));
        to.WriteString("yaxis", PanelLayout.Id("y", panel));
        to.WriteEndObject();
    }

    /// <param name="alpha">Two hexadecimal digits.</param>
    private static string Faded(string color, string alpha) => color.Length == 7 ? color + alpha : color;

    /// <summary>Plotly's name of a marker, as its own type writes it.</summary>
    private static string Symbol(SymbolEnum symbol) => Symbols.GetOrAdd(symbol, one => JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(one))!);
}
