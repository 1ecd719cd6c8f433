using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MtlStudio.Web.Charts;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;
using SymbolEnum = Plotly.Blazor.Traces.ScatterLib.MarkerLib.SymbolEnum;

namespace MtlStudio.Web.Tests.Charts;

/// <summary>The hand-written traces are what Plotly.Blazor's own types would write.</summary>
public sealed class TraceJsonTests
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private static readonly double[] X = [1, 2];

    [Theory]
    [InlineData(SeriesStyle.Train, ModeFlag.Lines), InlineData(SeriesStyle.Validation, ModeFlag.Lines | ModeFlag.Markers), InlineData(SeriesStyle.Reference, ModeFlag.Lines), InlineData(SeriesStyle.Points, ModeFlag.Markers)]
    public void Line_IsWhatPlotlysTypeWrites_OfEachStyle(SeriesStyle style, ModeFlag mode)
    {
        var series = new ChartSeries("<qa> \"1\"", "#0F9293", X, X) { Style = style, Marker = SymbolEnum.TriangleUp, Group = style == SeriesStyle.Train ? null : "qa", InLegend = style != SeriesStyle.Points, Labels = style == SeriesStyle.Points ? ["a", "b"] : null };
        Same(new()
        {
            Name = series.Name,
            Mode = mode,
            Line = new Line { Color = series.Color, Width = style == SeriesStyle.Validation ? 2.5m : 1.25m, Dash = style == SeriesStyle.Reference ? "dash" : "solid" },
            Marker = new Marker { Color = series.Color, Size = style == SeriesStyle.Points ? 10 : 6, Symbol = series.Marker },
            HoverTemplate = style == SeriesStyle.Points ? null : "%{y}",
            TextArray = series.Labels is { } labels ? [.. labels] : null,
            LegendGroup = series.Group,
            ShowLegend = series.InLegend,
            ConnectGaps = false,
            XAxis = "x3",
            YAxis = "y3",
        }, writer => TraceJson.WriteLine(writer, series, 2));
    }

    [Fact]
    public void Band_IsWhatPlotlysTypeWrites() => Same(new()
    {
        Line = new Line { Color = "#0F929355", Width = 0.75m },
        Fill = FillEnum.ToSelf,
        FillColor = "#0F92932C",
        HoverInfo = HoverInfoFlag.Skip,
        LegendGroup = "qa",
        ShowLegend = false,
        ConnectGaps = false,
        XAxis = "x",
        YAxis = "y",
    }, writer => TraceJson.WriteBand(writer, new("qa", "#0F9293", X, X), 0));

    private static void Same(Scatter plotly, Action<Utf8JsonWriter> write)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written)) write(writer);
        var (theirs, ours) = (JsonSerializer.SerializeToNode(plotly, Json), JsonNode.Parse(written.WrittenSpan));
        Assert.True(JsonNode.DeepEquals(theirs, ours), $"{theirs!.ToJsonString()}\n{ours!.ToJsonString()}");
    }
}
