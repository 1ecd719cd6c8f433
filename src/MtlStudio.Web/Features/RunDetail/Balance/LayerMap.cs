using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>What was seen layer by layer: rows are layer groups, columns stretches of training.</summary>
/// <param name="Columns">The last step of each stretch.</param>
/// <param name="Cells">(rows, columns): means; NaN where there is no record.</param>
/// <param name="Overall">Each row's mean over all of training, with its interval.</param>
public sealed record LayerMap(IReadOnlyList<string> Rows, IReadOnlyList<long> Columns, double[,] Cells, IReadOnlyList<PairCosine> Overall)
{
    public static readonly LayerMap None = new([], [], new double[0, 0], []);
}

/// <summary>Reads maps of layers and steps.</summary>
public sealed class LayerMapReader(MetricReader metrics)
{
    /// <summary>The row of all layers together.</summary>
    internal const string All = "whole";

    /// <summary>Kinds from the input to the output, then thirds, then single layers.</summary>
    private static readonly string[] Order = [All, "embedding", "attention", "mlp", "head", "lower", "middle", "upper"];

    /// <summary>The share of pairs that pull apart.</summary>
    public Task<LayerMap> ConflictsAsync(RunSnapshot now, int columns, CancellationToken cancellation = default) =>
        ReadAsync(now, Rows(now, SeriesNames.Conflicts, SeriesNames.LayerConflicts("")), columns, cancellation);

    /// <summary>The cosine of a pair; in mixes of many tasks, whose pairs are not recorded by layer, of each of the two against the rest.</summary>
    public Task<LayerMap> PairAsync(RunSnapshot now, string first, string second, int columns, CancellationToken cancellation = default)
    {
        var pair = Rows(now, SeriesNames.Cosine(first, second), SeriesNames.LayerCosine(first, second, ""));
        if (pair.Count < 2)
            pair = [.. pair, .. new[] { first, second }.SelectMany(task => Rows(now, null, SeriesNames.LayerRest(task, "")).Select(row => ($"{task} · {row.Name}", row.Series)))];
        return ReadAsync(now, pair, columns, cancellation);
    }

    private static List<(string Name, string Series)> Rows(RunSnapshot now, string? whole, string prefix) =>
    [
        .. whole is not null && now.HasSeries(whole) ? new[] { (All, whole) } : [],
        .. now.Series.Where(series => series.Count > 0 && series.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(series => (Name: series.Name[prefix.Length..], Series: series.Name))
            .OrderBy(row => Array.IndexOf(Order, row.Name) is var place && place >= 0 ? place : Order.Length).ThenBy(row => FirstLayer(row.Name)),
    ];

    /// <summary>4 of "layer-4" and "layers-4-7".</summary>
    private static int FirstLayer(string group) => group.Split('-') is [_, var first, ..] && int.TryParse(first, out var layer) ? layer : 0;

    private async Task<LayerMap> ReadAsync(RunSnapshot now, List<(string Name, string Series)> rows, int columns, CancellationToken cancellation)
    {
        if (rows.Count == 0) return LayerMap.None;
        var points = await metrics.PointsAsync(now.Run.Id, new() { Series = [.. rows.Select(row => row.Series)], MaxPoints = 2000 }, cancellation);
        double[] steps = [.. points.SelectMany(series => series.X).Distinct().Order()];
        if (steps.Length == 0) return LayerMap.None;
        var used = Math.Min(columns, steps.Length);
        var column = steps.Select((step, i) => (step, Column: i * used / steps.Length)).ToDictionary(pair => pair.step, pair => pair.Column);
        var cells = new double[rows.Count, used];
        for (var row = 0; row < rows.Count; row++)
        {
            var sums = new (double Sum, int Count)[used];
            foreach (var (step, value) in points[row].X.Zip(points[row].Mean))
                if (double.IsFinite(value)) sums[column[step]] = (sums[column[step]].Sum + value, sums[column[step]].Count + 1);
            for (var j = 0; j < used; j++) cells[row, j] = sums[j].Count == 0 ? double.NaN : sums[j].Sum / sums[j].Count;
        }
        return new([.. rows.Select(row => row.Name)], [.. Enumerable.Range(0, used).Select(j => (long)column.Last(pair => pair.Value == j).Key)], cells,
            [.. rows.Select((row, i) => PairCosine.Of(row.Name, "", points[i].Mean))]);
    }
}
