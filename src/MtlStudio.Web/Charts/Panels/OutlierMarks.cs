using System.Globalization;
using MtlStudio.Core.Analysis;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;

namespace MtlStudio.Web.Charts;

/// <summary>What a panel leaves out where its y axis is clipped: a triangle at the edge where each value would be, with the value on hover.</summary>
internal static class OutlierMarks
{
    /// <summary>The part of the y axis that is shown, as Plotly wants it: logarithms to base 10 on a logarithmic axis.</summary>
    public static IList<object> Range(ChartPanel panel, OutlierFences fences)
    {
        var inside = panel.Series.SelectMany(series => series.Y).Where(value => value >= fences.Low && value <= fences.High).ToList();
        var (low, high) = (Place(panel, inside.Min()), Place(panel, inside.Max()));
        var room = Math.Max((high - low) * 0.05, 1e-12);
        return [low - room, high + room];
    }

    public static IEnumerable<Scatter> Of(ChartPanel panel, int place)
    {
        if (panel.Fences is not { } fences) yield break;
        var range = Range(panel, fences);
        foreach (var series in panel.Series)
        {
            if (At(series, value => value > fences.High) is { Count: > 0 } above) yield return Marks(panel, series, place, above, (double)range[1], SymbolEnum.TriangleUp);
            if (At(series, value => value < fences.Low) is { Count: > 0 } below) yield return Marks(panel, series, place, below, (double)range[0], SymbolEnum.TriangleDown);
        }
    }

    private static List<int> At(ChartSeries series, Predicate<double> outside) => [.. Enumerable.Range(0, series.Y.Count).Where(i => double.IsFinite(series.Y[i]) && outside(series.Y[i]))];

    private static Scatter Marks(ChartPanel panel, ChartSeries series, int place, List<int> at, double edge, SymbolEnum symbol) => new()
    {
        Name = series.Name,
        Mode = ModeFlag.Markers,
        X = ChartParts.Values([.. at.Select(i => series.X[i])]),
        Y = [.. at.Select(_ => (object)(panel.LogY ? Math.Pow(10, edge) : edge))],
        TextArray = [.. at.Select(i => series.Y[i].ToString("G4", CultureInfo.InvariantCulture))],
        HoverTemplate = $"{System.Net.WebUtility.HtmlEncode(series.Name)}: %{{text}}, beyond the axis<extra></extra>",
        Marker = new Marker { Color = series.Color, Size = 9, Symbol = symbol },
        ClipOnAxis = false,
        ShowLegend = false,
        LegendGroup = series.Group ?? series.Name,
        XAxis = PanelLayout.Id("x", place),
        YAxis = PanelLayout.Id("y", place),
    };

    private static double Place(ChartPanel panel, double value) => panel.LogY ? Math.Log10(value) : value;
}
