using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plotly.Blazor.Traces;

namespace MtlStudio.Web.Charts;

/// <summary>A figure as charts.js takes it: what it looks like as text, its numbers as bytes.</summary>
internal sealed record PanelFigure(FigureLook Look, byte[] Numbers);

/// <summary>Plotly's own JSON of the traces (without their numbers), the layout and the configuration, and where the numbers stand.</summary>
/// <param name="Xs">Lengths of the x arrays, which lines share.</param>
/// <param name="Lines">By trace; traces beyond them have their numbers in their JSON.</param>
/// <param name="Key">Charts of one key share the pointer's place; empty: with none.</param>
internal sealed record FigureLook(string Traces, string Layout, string Config, IReadOnlyList<int> Xs, IReadOnlyList<LineNumbers> Lines, string Key);

/// <param name="X">Which of the x arrays.</param>
/// <param name="Band">True where two edges follow instead of one line.</param>
internal sealed record LineNumbers(int X, int N, bool Band);

internal sealed record GrownLine(int Trace, int N);

/// <summary>Puts a figure together, trace by trace.</summary>
internal sealed class FigureWriter
{
    /// <summary>X arrays that a new line is compared with: those of one panel stand beside each other.</summary>
    private const int LastXs = 4;

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private static readonly string Config = JsonSerializer.Serialize(ChartParts.Config(modeBar: false), Json);

    private readonly List<Action<Utf8JsonWriter>> traces = [];
    private readonly List<LineNumbers> lines = [];
    private readonly List<IReadOnlyList<double>> xs = [];
    private readonly NumberBytes numbers = new();

    /// <summary>Adds a series' band, where it has one, and its line.</summary>
    /// <returns>The line's place among the traces.</returns>
    public int Add(ChartSeries series, int panel)
    {
        if (series.Band is { X.Count: > 0 } band)
        {
            traces.Add(to => TraceJson.WriteBand(to, series, panel));
            lines.Add(new(Place(band.X), band.X.Count, Band: true));
            numbers.AddSingles(band.Low);
            numbers.AddSingles(band.High);
        }
        traces.Add(to => TraceJson.WriteLine(to, series, panel));
        lines.Add(new(Place(series.X), series.X.Count, Band: false));
        numbers.AddSingles(series.Y);
        return traces.Count - 1;
    }

    /// <summary>Adds a trace that has its few numbers in itself; after all lines.</summary>
    public void Add(Scatter trace) => traces.Add(to => JsonSerializer.Serialize(to, trace, Json));

    public PanelFigure Write(Plotly.Blazor.Layout layout, string key)
    {
        var all = new NumberBytes();
        foreach (var x in xs) all.AddDoubles(x);
        return new(new(WriteTraces(), JsonSerializer.Serialize(layout, Json), Config, [.. xs.Select(x => x.Count)], lines, key), [.. all.ToArray(), .. numbers.ToArray()]);
    }

    private string WriteTraces()
    {
        var written = new ArrayBufferWriter<byte>(16_384);
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartArray();
            foreach (var trace in traces) trace(writer);
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    private int Place(IReadOnlyList<double> x)
    {
        for (var i = xs.Count - 1; i >= Math.Max(0, xs.Count - LastXs); i--)
            if (ReferenceEquals(xs[i], x) || xs[i].Count == x.Count && xs[i].SequenceEqual(x)) return i;
        xs.Add(x);
        return xs.Count - 1;
    }
}
