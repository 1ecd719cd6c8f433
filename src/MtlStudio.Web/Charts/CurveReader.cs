using MtlStudio.Core.Analysis;
using MtlStudio.Store;

namespace MtlStudio.Web.Charts;

/// <summary>Which curves, over which stretch, how smooth.</summary>
/// <param name="Zoom">In the store's unit of the axis; null: all.</param>
/// <param name="Smoothing">0 (none) to below 1; evaluations are never smoothed.</param>
/// <param name="Fine">Points that smoothing sees at most; of longer curves, means of neighbors.</param>
public sealed record CurveQuery(long RunId, IReadOnlyList<string> Series, AxisScale Axis, ChartRange? Zoom, double Smoothing, int Points = 500, int Fine = PointsQuery.MostPoints);

/// <summary>A curve as it is drawn, in the chart's own x.</summary>
/// <param name="Band">The raw values behind a smoothed or summed-up line; null where the line is the raw values.</param>
public sealed record Curve(string Series, string Unit, double[] X, double[] Y, ChartBand? Band)
{
    public bool IsEvaluation => Evaluated(Series);

    /// <summary>True for series that have a point at evaluations only.</summary>
    public static bool Evaluated(string series) =>
        series.StartsWith("loss/validation", StringComparison.Ordinal) || series.StartsWith("metric/", StringComparison.Ordinal) || series.StartsWith("score/", StringComparison.Ordinal);
}

/// <summary>Reads curves for a chart. Smoothing comes before down-sampling: the other way round it would smooth what was picked.</summary>
public sealed class CurveReader(MetricReader metrics)
{
    public async Task<IReadOnlyDictionary<string, Curve>> ReadAsync(CurveQuery query, CancellationToken cancellation = default)
    {
        if (query.Series.Count == 0) return new Dictionary<string, Curve>();
        var ask = new PointsQuery { Series = query.Series, X = query.Axis.Axis, From = query.Zoom?.From, To = query.Zoom?.To, MaxPoints = query.Points };
        var coarse = await metrics.PointsAsync(query.RunId, ask, cancellation);
        string[] smoothed = query.Smoothing > 0 ? [.. query.Series.Where(name => !Curve.Evaluated(name))] : [];
        var fine = smoothed.Length == 0 ? [] : await metrics.PointsAsync(query.RunId, ask with { Series = smoothed, MaxPoints = query.Fine }, cancellation);
        var byName = fine.ToDictionary(points => points.Series);
        return coarse.DistinctBy(points => points.Series).ToDictionary(points => points.Series, points => Of(points, byName.GetValueOrDefault(points.Series), query));
    }

    private static Curve Of(SeriesPoints coarse, SeriesPoints? fine, CurveQuery query)
    {
        var x = query.Axis.ToChart(coarse.X);
        // A level line stays as it is: smoothing would only round it.
        if (fine is null || !fine.Mean.AsSpan().ContainsAnyExcept(fine.Mean.FirstOrDefault())) return new(coarse.Series, coarse.Unit, x, coarse.Mean, coarse.Raw ? null : new(x, coarse.Min, coarse.Max));
        var smooth = Smoothing.TimeWeighted(fine.X, fine.Mean, query.Smoothing);
        var keep = Downsampling.Lttb(fine.X, smooth, Math.Max(3, query.Points));
        var keptX = query.Axis.ToChart(Array.ConvertAll(keep, i => fine.X[i]));
        return new(coarse.Series, coarse.Unit, keptX, Array.ConvertAll(keep, i => smooth[i]), new(x, coarse.Min, coarse.Max));
    }
}
