using MtlStudio.Core.Metrics;

namespace MtlStudio.Core.Analysis;

/// <summary>The smallest difference of a metric that matters.</summary>
public static class SmallestDifference
{
    /// <summary>In points of 100, where neither the task nor the studio says otherwise.</summary>
    public const double DefaultPoints = 1;

    /// <summary>In the metric's own unit: a point is 0.01 of a fraction, 1 of a score up to 100, and 1 % of the reference's value where
    /// the metric has no scale of its own (perplexity).</summary>
    public static double Of(IMetric metric, double points, double referenceValue) => metric.Unit switch
    {
        "fraction" => points / 100,
        "points" => points,
        _ => points / 100 * Math.Abs(referenceValue),
    };
}
