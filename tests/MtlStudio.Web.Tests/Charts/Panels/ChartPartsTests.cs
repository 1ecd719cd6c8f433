using System.Text.RegularExpressions;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;
using Plotly.Blazor.Traces;

namespace MtlStudio.Web.Tests.Charts;

public sealed class ChartPartsTests
{
    /// <summary>The small bundle of Plotly (1.1 MB of 4.9) is on a page alone or not at all: the last one loaded draws for both.</summary>
    [Fact]
    public void EveryChart_UsesTheSmallBundle()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "MtlStudio.sln"))) root = root.Parent!;
        var charts = Directory.EnumerateFiles(Path.Combine(root.FullName, "src", "MtlStudio.Web"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(path => Regex.Matches(File.ReadAllText(path), "<PlotlyChart[^>]*>").Select(match => (Path: Path.GetFileName(path), Text: match.Value))).ToList();
        Assert.NotEmpty(charts);
        Assert.All(charts, chart => Assert.True(chart.Text.Contains("UseBasicVersion=\"true\"", StringComparison.Ordinal), $"{chart.Path} draws with Plotly's whole bundle"));
    }

    [Fact]
    public void Outliers_AreMarkedAtTheEdge_WithTheirValueOnHover()
    {
        var series = new ChartSeries("loss", "#0F9293", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);
        var panel = new ChartPanel("qa", [series]) { ClipsOutliers = true };
        var marks = Assert.Single(OutlierMarks.Of(panel, 1).Cast<Scatter>());
        Assert.Equal([9.0], marks.X);
        Assert.Equal(9.4, Assert.IsType<double>(Assert.Single(marks.Y!)), 12);
        Assert.Equal(["100"], marks.TextArray);
        Assert.Equal("x2", marks.XAxis);
        Assert.Empty(OutlierMarks.Of(panel with { ClipsOutliers = false }, 1));
        Assert.Equal(-0.048, Math.Round((double)OutlierMarks.Range(panel with { LogY = true }, new(0.5, 50))[0], 3));
    }

    [Theory]
    [InlineData(-1, "#0000FF", "#FFFFFF")]
    [InlineData(0, "#FFFFFF", "#000000")]
    [InlineData(0.5, "#FF8080", "#000000")]
    [InlineData(7, "#FF0000", "#000000")]
    public void HeatColors_RunStraightBetweenStops_WithInkThatCanBeRead(double value, string fill, string ink) =>
        Assert.Equal(new HeatColor(fill, ink), new HeatColors(["#0000FF", "#FFFFFF", "#FF0000"], -1, 1).Of(value));

    [Fact]
    public void HeatColors_KeepInkReadable_OnEveryStopOfEveryScale()
    {
        foreach (var scale in new[] { ChartPalette.Sequential, ChartPalette.Light.Diverging, ChartPalette.Dark.Diverging })
            for (var i = 0; i <= 40; i++)
            {
                var color = new HeatColors(scale, 0, 1).Of(i / 40.0);
                Assert.True(Contrast(color.Fill, color.Ink) >= 4.5, $"{color.Fill} with {color.Ink}");
            }
    }

    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string color)
    {
        double Part(int from) => Convert.ToInt32(color.Substring(from, 2), 16) / 255.0 is var share && share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        return 0.2126 * Part(1) + 0.7152 * Part(3) + 0.0722 * Part(5);
    }
}
