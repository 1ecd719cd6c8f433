namespace MtlStudio.Core.Analysis;

/// <summary>Percentiles by linear interpolation between neighbors: position q·(n − 1) in the sorted values (numpy's default).</summary>
public static class Percentile
{
    /// <param name="sorted">Rising, without NaN.</param>
    /// <param name="q">0 to 1.</param>
    /// <returns>NaN without values.</returns>
    public static double Of(IReadOnlyList<double> sorted, double q)
    {
        if (sorted.Count == 0) return double.NaN;
        var position = Math.Clamp(q, 0, 1) * (sorted.Count - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>The interval in the middle that holds the given share of the values.</summary>
    public static (double Low, double High) Interval(IReadOnlyList<double> sorted, double confidence) =>
        (Of(sorted, (1 - confidence) / 2), Of(sorted, (1 + confidence) / 2));
}
