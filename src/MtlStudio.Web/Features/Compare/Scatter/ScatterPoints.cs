using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Compare.Scatter;

/// <summary>Sets a spec field of the compared runs against a score.</summary>
public static class ScatterPoints
{
    /// <summary>A numeric axis over this ratio of its ends is drawn by powers.</summary>
    private const double LogFrom = 50;

    /// <summary>The fields in which the runs differ, numbers first and the seed last: of others a scatter has nothing to say.</summary>
    public static IReadOnlyList<SpecDifference> Fields(CompareSet set) => [.. SpecDifferences.Among([.. set.Runs.Select(run => run.Spec)])
        .OrderBy(row => row.Field == "seed" ? 2 : row.Values.All(value => Number(value) is not null) ? 0 : 1)];

    /// <summary>A point a run that has a score: the field's value and the score; words stand side by side in the order they appear.</summary>
    /// <param name="score">The run's score as it is drawn; null: none yet.</param>
    public static ChartPanel Of(CompareView view, SpecDifference field, Func<CompareRun, double?> score, bool dark)
    {
        var isNumeric = field.Values.All(value => Number(value) is not null);
        List<string> words = isNumeric ? [] : [.. field.Values.Select(value => value ?? Format.Missing).Distinct()];
        var series = new List<ChartSeries>();
        foreach (var line in view.Lines.OrderBy(line => line.Place is null ? 0 : 1).ThenBy(line => line.Place))
        {
            List<(double X, double Y, string Label)> points = [];
            foreach (var run in line.Runs)
                if (score(run) is { } y && double.IsFinite(y) && field.Values[view.Set.Runs.ToList().IndexOf(run)] is var value)
                    points.Add((isNumeric ? Number(value)!.Value : words.IndexOf(value ?? Format.Missing), y, $"{run.Id} · {run.Run.Name}"));
            if (points.Count == 0) continue;
            series.Add(new(line.Label, RunColors.Of(line.Place, dark), [.. points.Select(point => point.X)], [.. points.Select(point => point.Y)])
            {
                Style = SeriesStyle.Points, Marker = RunColors.MarkerOf(line.Place), Labels = [.. points.Select(point => point.Label)], InLegend = line.Place is not null,
            });
        }
        List<double> xs = [.. series.SelectMany(line => line.X)];
        return new("", series) { XNames = isNumeric ? null : words, LogX = isNumeric && xs.Count > 0 && xs.Min() > 0 && xs.Max() / xs.Min() >= LogFrom };
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
