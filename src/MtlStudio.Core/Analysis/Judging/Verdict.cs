using MtlStudio.Core.Metrics;

namespace MtlStudio.Core.Analysis;

/// <summary>What may be said of a task beside its reference.</summary>
public enum Verdict
{
    /// <summary>Better by more than the smallest difference that matters.</summary>
    Helped,
    /// <summary>Worse by more than that.</summary>
    Hurt,
    /// <summary>Within it on both sides.</summary>
    Same,
    /// <summary>The examples and seeds do not tell yet.</summary>
    Unclear,
    /// <summary>Both models score about what guessing does.</summary>
    Neither,
}

/// <summary>One task's evidence.</summary>
/// <param name="Points">The smallest difference that matters, in points of 100.</param>
/// <param name="Chance">What guessing scores; NaN where that is not known.</param>
public sealed record TaskEvidence(PairedDraws Draws, IMetric Metric, double Points = SmallestDifference.DefaultPoints, double Chance = double.NaN)
{
    public bool HigherIsBetter => Metric.HigherIsBetter;

    /// <summary>The smallest difference that matters, in the metric's unit.</summary>
    public double Smallest => SmallestDifference.Of(Metric, Points, Draws.ReferenceValue);
}

/// <summary>One task's verdict with the interval it was read from.</summary>
/// <param name="Low">Of the difference model − reference, in the metric's unit.</param>
/// <param name="Confidence">Of the interval: Holm's level for this task.</param>
/// <param name="P">Two-sided p of no difference, Holm-adjusted over the tasks.</param>
public sealed record TaskVerdict(Verdict Verdict, double Low, double High, double Confidence, double P)
{
    /// <summary>About how many times the examples would tell; null where the verdict stands, and where no number would.</summary>
    public double? Growth { get; init; }
}
