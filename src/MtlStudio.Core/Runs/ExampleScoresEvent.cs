using MtlStudio.Core.Metrics;

namespace MtlStudio.Core.Runs;

/// <summary>
/// What every example of one task scored in one evaluation: the evidence behind the task's <see cref="TaskScores"/>, from which
/// any set of these examples is scored exactly. Column by column; each column is in the examples' order.
/// </summary>
public sealed record ExampleScoresEvent : RunEvent
{
    public int Step { get; init; }
    /// <summary>"validation" or "test".</summary>
    public string Split { get; init; } = "validation";
    public string Task { get; init; } = "";
    /// <summary>(examples): row numbers in the split, from 0.</summary>
    public IReadOnlyList<int> Examples { get; init; } = [];
    /// <summary>(examples): mean loss of the reference's tokens in nats; NaN where truncation left none.</summary>
    public IReadOnlyList<double> Losses { get; init; } = [];
    /// <summary>(examples): number of those tokens.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];
    public IReadOnlyList<MetricStatistics> Metrics { get; init; } = [];
    /// <summary>The labels that label statistics count by, in their order; empty where the task has none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    /// <summary>An example has any number of the labels, and not one.</summary>
    public bool SeveralLabels { get; init; }
    /// <summary>Entries of the tokenizer's vocabulary; 0: unknown.</summary>
    public int Vocabulary { get; init; }

    /// <summary>What the metrics must know of the task.</summary>
    public MetricContext Context() => new() { Labels = Labels, SeveralLabels = SeveralLabels, Vocabulary = Vocabulary };

    /// <summary>Why the columns do not fit together; null where they do.</summary>
    public string? Fault() =>
        Losses.Count != Examples.Count || Tokens.Count != Examples.Count ? $"it has {Examples.Count} examples, {Losses.Count} losses and {Tokens.Count} token counts"
        : Metrics.FirstOrDefault(metric => metric.Width < 1 || metric.Values.Count != (long)metric.Width * Examples.Count) is { } odd
            ? $"{odd.Metric} has {odd.Values.Count} figures for {Examples.Count} examples of {odd.Width}"
            : null;
}

/// <summary>One metric's sufficient statistics: <see cref="IMetric.Statistics"/> of each example.</summary>
public sealed record MetricStatistics
{
    /// <summary>The metric's catalog name.</summary>
    public string Metric { get; init; } = "";
    /// <summary>Figures an example has.</summary>
    public int Width { get; init; }
    /// <summary>(examples × width), example by example.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <param name="rows">(examples): the figures of each, all of one length.</param>
    public static MetricStatistics Of(string metric, IReadOnlyList<double[]> rows) =>
        new() { Metric = metric, Width = rows.Count == 0 ? 1 : rows[0].Length, Values = [.. rows.SelectMany(row => row)] };

    /// <summary>(examples): the figures of each.</summary>
    public double[][] Rows()
    {
        var rows = new double[Values.Count / Width][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[Width];
            for (var j = 0; j < Width; j++) rows[i][j] = Values[i * Width + j];
        }
        return rows;
    }
}
