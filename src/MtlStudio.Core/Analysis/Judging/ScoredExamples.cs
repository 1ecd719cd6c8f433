using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Analysis;

/// <summary>What the examples of one evaluation say of one metric, laid out to be scored in any selection.</summary>
public sealed class ScoredExamples
{
    private readonly IMetric metric;
    private readonly MetricContext context;
    private readonly int[] rows;
    private readonly double[][] statistics;
    private SetScore? whole;

    private ScoredExamples(IMetric metric, MetricContext context, int[] rows, double[][] statistics)
    {
        (this.metric, this.context, this.rows, this.statistics) = (metric, context, rows, statistics);
        Array.Sort(this.rows, this.statistics);
    }

    /// <summary>Null where the evaluation was not scored by the metric.</summary>
    public static ScoredExamples? Of(IMetric metric, ExampleScoresEvent scores) =>
        scores.Metrics.FirstOrDefault(one => one.Metric == metric.Name) is { } found ? new(metric, scores.Context(), [.. scores.Examples], found.Rows()) : null;

    /// <summary>The rows that both have, rising: this one's own list where they have the same.</summary>
    public IReadOnlyList<int> InCommon(ScoredExamples other) =>
        rows.AsSpan().SequenceEqual(other.rows) ? rows : [.. rows.Where(row => Array.BinarySearch(other.rows, row) >= 0)];

    /// <summary>The score over a selection of the rows, which is asked for by how often each is in a set. Of all rows it is always the same one.</summary>
    public SetScore Over(IReadOnlyList<int> selection)
    {
        if (selection.Count == rows.Length) return whole ??= Score(statistics);
        return Score([.. selection.Select(row => statistics[Array.BinarySearch(rows, row)])]);
    }

    private SetScore Score(double[][] selected) => times => metric.Score(selected, times, context);
}
