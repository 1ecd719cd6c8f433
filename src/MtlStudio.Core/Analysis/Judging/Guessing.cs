using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Analysis;

/// <summary>What a model scores that has learned nothing.</summary>
public static class Guessing
{
    /// <summary>The metric's own chance; for accuracy, where the scores tell the labels due, at least the most frequent label's share: always
    /// answering "ham" is right on most mail. NaN where it is not known.</summary>
    public static double Chance(IMetric metric, ExampleScoresEvent scores)
    {
        var chance = metric.Chance(scores.Context());
        if (metric.Name != "accuracy" || scores.SeveralLabels || scores.Metrics.FirstOrDefault(one => one.Metric.StartsWith("f1-", StringComparison.Ordinal)) is not { } labeled) return chance;
        var due = labeled.Rows().Where(places => places[0] >= 0).CountBy(places => places[0]).ToList();
        return due.Count == 0 ? chance : Math.Max(chance, (double)due.Max(label => label.Value) / scores.Examples.Count);
    }
}
