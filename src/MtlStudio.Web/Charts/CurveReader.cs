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
        var (smoothed, plain) = query.Smoothing > 0 ? (query.Series.Where(name => !Curve.Evaluated(name)).ToArray(), query.Series.Where(Curve.Evaluated).ToArray()) : ([], [.. query.Series]);
        var read = new Dictionary<string, Curve>(StringComparer.Ordinal);
        if (plain.Length > 0)
            foreach (var points in await metrics.PointsAsync(query.RunId, ask with { Series = plain }, cancellation)) read[points.Series] = Plain(points, query);
        if (smoothed.Length > 0)
            foreach (var points in await metrics.PointsAsync(query.RunId, ask with { Series = smoothed, MaxPoints = Math.Max(query.Fine, query.Points) }, cancellation)) read[points.Series] = Smooth(points, query);
        return read;
    }

    private static Curve Plain(SeriesPoints points, CurveQuery query)
    {
        var x = query.Axis.ToChart(points.X);
        return new(points.Series, points.Unit, x, points.Mean, points.Raw ? null : new(x, points.Min, points.Max));
    }

    /// <summary>The smoothed line over the raw values, which are summed up to the points asked for.</summary>
    private static Curve Smooth(SeriesPoints fine, CurveQuery query)
    {
        // A level line stays as it is: smoothing would only round it.
        var isLevel = !fine.Mean.AsSpan().ContainsAnyExcept(fine.Mean.FirstOrDefault());
        var raw = Summed(fine, Math.Max(2, query.Points));
        if (isLevel) return Plain(raw, query);
        var smooth = Smoothing.TimeWeighted(fine.X, fine.Mean, query.Smoothing);
        var keep = Downsampling.Lttb(fine.X, smooth, Math.Max(3, query.Points));
        return new(fine.Series, fine.Unit, query.Axis.ToChart(Array.ConvertAll(keep, i => fine.X[i])), Array.ConvertAll(keep, i => smooth[i]), new(query.Axis.ToChart(raw.X), raw.Min, raw.Max));
    }

    /// <summary>As many neighbors as it takes summed up in one, so that at most so many are left.</summary>
    internal static SeriesPoints Summed(SeriesPoints points, int most)
    {
        var n = points.X.Length;
        if (n <= most) return points;
        var width = (n + most - 1) / most;
        var cells = (n + width - 1) / width;
        double[] x = new double[cells], mean = new double[cells], min = new double[cells], max = new double[cells];
        for (var cell = 0; cell < cells; cell++)
        {
            var (from, to) = (cell * width, Math.Min(n, (cell + 1) * width));
            x[cell] = points.X[from + (to - 1 - from) / 2];
            var (sum, count, low, high) = (0.0, 0, double.PositiveInfinity, double.NegativeInfinity);
            for (var i = from; i < to; i++)
            {
                if (!double.IsFinite(points.Mean[i])) continue;
                (sum, count, low, high) = (sum + points.Mean[i], count + 1, Math.Min(low, points.Min[i]), Math.Max(high, points.Max[i]));
            }
            (mean[cell], min[cell], max[cell]) = count > 0 ? (sum / count, low, high) : (points.Mean[from], points.Mean[from], points.Mean[from]);
        }
        return points with { Raw = false, X = x, Mean = mean, Min = min, Max = max, NonFinite = null };
    }
}
