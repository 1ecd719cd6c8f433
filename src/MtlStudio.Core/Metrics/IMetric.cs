using MtlStudio.Core.Catalog;

namespace MtlStudio.Core.Metrics;

/// <summary>One metric of the catalog: scores single examples where that has a meaning, and whole sets always.</summary>
public interface IMetric
{
    /// <summary>The catalog's name.</summary>
    string Name { get; }

    /// <summary>"fraction" (0 to 1), "points" (0 to 100) or "" (no scale of its own).</summary>
    string Unit { get; }

    /// <summary>The best value there is: the max of (x − random)/(max − random).</summary>
    double Best { get; }

    bool HigherIsBetter => MethodCatalog.Get(MethodKind.Metric, Name).HigherIsBetter ?? true;

    /// <summary>What guessing would score: the random of (x − random)/(max − random).</summary>
    double Chance(MetricContext context);

    /// <summary>The score of one example; null where the metric exists over sets only.</summary>
    double? Score(MetricExample example);

    /// <summary>
    /// What a set's score needs to know of one example: the same number of figures for each. Sets drawn anew from the examples
    /// (a bootstrap, a subset) are scored from these alone.
    /// </summary>
    /// <exception cref="ArgumentException">The metric counts by label, and the context names no labels.</exception>
    double[] Statistics(MetricExample example, MetricContext context);

    /// <summary>How well one example was answered, from its statistics alone; where the metric exists over sets only, 1 for right and 0 for wrong.</summary>
    double ScoreOfOne(double[] statistics);

    /// <summary>The score of a set; NaN where it is empty.</summary>
    /// <param name="statistics">(examples): what <see cref="Statistics"/> gave for each.</param>
    /// <param name="times">(examples): how often each is in the set.</param>
    double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context);

    /// <summary>The score of a set; NaN where it is empty.</summary>
    double Score(IReadOnlyList<MetricExample> examples, MetricContext context)
    {
        var times = new int[examples.Count];
        Array.Fill(times, 1);
        double[][] statistics = [.. examples.Select(example => Statistics(example, context))];
        return Score(statistics, times, context);
    }
}

/// <summary>One evaluated example.</summary>
/// <param name="Output">What the model answered.</param>
/// <param name="References">Right answers; none: the empty answer is right.</param>
public sealed record MetricExample(string Output, IReadOnlyList<string> References)
{
    /// <summary>−Σ ln p of the reference's tokens (nats); NaN where it was not measured.</summary>
    public double NegativeLogLikelihood { get; init; } = double.NaN;

    /// <summary>Number of tokens that <see cref="NegativeLogLikelihood"/> sums over.</summary>
    public int Tokens { get; init; }

    /// <summary>UTF-8 bytes of the text that <see cref="NegativeLogLikelihood"/> sums over; 0: unknown.</summary>
    public int Bytes { get; init; }

    /// <summary>Of a task with several labels an example: those given, those due, and the probability of each of the context's labels.</summary>
    public IReadOnlyList<string>? LabelsGiven { get; init; }
    public IReadOnlyList<string>? LabelsDue { get; init; }
    public IReadOnlyList<double> LabelScores { get; init; } = [];

    /// <summary>Of a regression: the number given and the one due; NaN where there is none.</summary>
    public double Value { get; init; } = double.NaN;
    public double ValueDue { get; init; } = double.NaN;

    /// <summary>The choice that is likeliest a character; null where there are no choices.</summary>
    public string? OutputByLength { get; init; }
}

/// <summary>What a metric must know of the task.</summary>
public sealed record MetricContext
{
    /// <summary>The labels of a classification; empty: those that occur.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>An example has any number of the labels, and not one.</summary>
    public bool SeveralLabels { get; init; }

    /// <summary>Entries of the tokenizer's vocabulary; 0: unknown.</summary>
    public int Vocabulary { get; init; }

    /// <summary>Choices of a multiple choice, on average; 0: there are none.</summary>
    public double Choices { get; init; }

    /// <summary>The share that guessing among the labels or choices gets right; 0 where there are none, or an example has several.</summary>
    internal double GuessedShare => SeveralLabels ? 0 : Labels.Count > 0 ? 1.0 / Labels.Count : Choices > 0 ? 1 / Choices : 0;

    /// <summary>Where a label stands among <see cref="Labels"/>; −1: it is none of them.</summary>
    internal int PlaceOf(string label)
    {
        for (var i = 0; i < Labels.Count; i++)
            if (Labels[i] == label) return i;
        return -1;
    }
}
