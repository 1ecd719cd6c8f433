using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Analysis;

/// <summary>The score of a set of examples, by how often each of them is in it.</summary>
public delegate double SetScore(ReadOnlySpan<int> times);

/// <summary>Two models on the same examples under one seed.</summary>
/// <param name="Examples">(examples): rows, rising; what pairs one seed's examples with another's.</param>
public sealed record PairedSeed(IReadOnlyList<int> Examples, SetScore Model, SetScore Reference)
{
    /// <summary>The examples that both sides have, paired by row; null where they have none in common, or one side lacks the metric.</summary>
    public static PairedSeed? Join(IMetric metric, ExampleScoresEvent model, ExampleScoresEvent reference)
    {
        if (Rows(metric, model) is not { } left || Rows(metric, reference) is not { } right) return null;
        int[] common = [.. left.Keys.Where(right.ContainsKey).Order()];
        if (common.Length == 0) return null;
        return new(common, Score(metric, model, [.. common.Select(row => left[row])]), Score(metric, reference, [.. common.Select(row => right[row])]));
    }

    private static SetScore Score(IMetric metric, ExampleScoresEvent scores, double[][] statistics)
    {
        var context = scores.Context();
        return times => metric.Score(statistics, times, context);
    }

    private static Dictionary<int, double[]>? Rows(IMetric metric, ExampleScoresEvent scores) =>
        scores.Metrics.FirstOrDefault(one => one.Metric == metric.Name) is { } found
            ? scores.Examples.Zip(found.Rows()).ToDictionary(pair => pair.First, pair => pair.Second)
            : null;
}
