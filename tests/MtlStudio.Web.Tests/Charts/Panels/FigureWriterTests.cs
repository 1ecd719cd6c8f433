using System.Runtime.InteropServices;
using System.Text.Json;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Tests.Charts;

public sealed class FigureWriterTests
{
    private static readonly double[] X = [1, 2, 3], Other = [1, 2, 4];

    [Fact]
    public void Write_PutsEachXOnce_AndTheNumbersInTheOrderOfTheTraces()
    {
        var writer = new FigureWriter();
        Assert.Equal(1, writer.Add(new("qa", "#0F9293", X, [0.5, double.NaN, double.PositiveInfinity]) { Band = new(X, [1, 2, 3], [4, 5, 6]) }, 0));
        Assert.Equal(2, writer.Add(new("ner", "#0F9293", Other, [7, 8, 9]), 1));
        var figure = writer.Write(new(), "step");
        Assert.Equal([3, 3], figure.Look.Xs);
        Assert.Equal([new(0, 3, true), new(0, 3, false), new(1, 3, false)], figure.Look.Lines);
        Assert.Equal([1, 2, 3, 1, 2, 4], MemoryMarshal.Cast<byte, double>(figure.Numbers.AsSpan(0, 6 * 8)).ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6, 0.5f, float.NaN, float.NaN, 7, 8, 9], MemoryMarshal.Cast<byte, float>(figure.Numbers.AsSpan(6 * 8)).ToArray());
        Assert.Equal("step", figure.Look.Key);
    }

    [Fact]
    public void Write_SaysEachPanelsAxesAndLooks_InPlotlysOwnWords()
    {
        var panels = new ChartPanel[] { new("qa", [new("training", "#0F9293", X, X)]), new("ner", [new("validation", "#112233", X, X) { Style = SeriesStyle.Validation }]) };
        var writer = new FigureWriter();
        for (var panel = 0; panel < panels.Length; panel++) writer.Add(panels[panel].Series[0], panel);
        var look = writer.Write(PanelLayout.Of(ChartPalette.Light, panels, new(2, 160, 1200, "step", SharedX: true, "zoom", 0)), "step").Look;
        var (traces, layout) = (JsonElement.Parse(look.Traces), JsonElement.Parse(look.Layout));
        Assert.Equal("scatter", traces[0].GetProperty("type").GetString());
        Assert.Equal("lines", traces[0].GetProperty("mode").GetString());
        Assert.Equal("lines+markers", traces[1].GetProperty("mode").GetString());
        Assert.Equal("x2", traces[1].GetProperty("xaxis").GetString());
        Assert.Equal("x", layout.GetProperty("xaxis2").GetProperty("matches").GetString());
        Assert.Equal("x unified", layout.GetProperty("hovermode").GetString());
        Assert.Equal(2, layout.GetProperty("annotations").GetArrayLength());
        Assert.True(JsonElement.Parse(look.Config).GetProperty("responsive").GetBoolean());
    }

    [Fact]
    public void Summed_KeepsTheExtremesAndTheMean_InAtMostSoManyCells()
    {
        var points = new SeriesPoints("loss/train", "", true, [1, 2, 3, 4, 5], [1, 9, 2, double.NaN, 4], [1, 8, 2, double.NaN, 4], [1, 10, 2, double.NaN, 4], null);
        Assert.Same(points, CurveReader.Summed(points, 5));
        var summed = CurveReader.Summed(points, 3);
        Assert.False(summed.Raw);
        Assert.Equal([1, 3, 5], summed.X);
        Assert.Equal([5, 2, 4], summed.Mean);
        Assert.Equal([1, 2, 4], summed.Min);
        Assert.Equal([10, 2, 4], summed.Max);
    }
}
