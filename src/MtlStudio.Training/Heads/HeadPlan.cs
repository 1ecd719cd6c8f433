using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Heads;

/// <summary>What a task's output head computes, before it has values.</summary>
/// <param name="Task">Whose it is.</param>
/// <param name="Kind">One of <see cref="TaskKinds"/> that has a head.</param>
/// <param name="Labels">Its outputs in their order; empty for a regression, which has one.</param>
public sealed record HeadPlan(string Task, string Kind, IReadOnlyList<string> Labels)
{
    /// <summary>"last" or "mean": what is read of an example; taggers read every word.</summary>
    public string Pooling { get; init; } = "last";
    /// <summary>The ends of a regression's scale, which the head learns as 0 to 1; null (both): it learns the numbers themselves.</summary>
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    /// <summary>The probability from which on a label of several is given.</summary>
    public double Threshold { get; init; } = 0.5;

    public int Outputs => Kind == TaskKinds.Regression ? 1 : Labels.Count;

    /// <summary>Numbers that a target has: one for each label of several, else one.</summary>
    public int TargetWidth => Kind == TaskKinds.MultiLabel ? Labels.Count : 1;

    /// <summary>A number of the scale as the head learns it.</summary>
    public double Scaled(double value) => Minimum is { } low && Maximum is { } high ? (value - low) / (high - low) : value;

    /// <summary>The number that an output stands for, within the scale.</summary>
    public double Unscaled(double output) => Minimum is { } low && Maximum is { } high ? Math.Clamp(low + output * (high - low), low, high) : output;

    /// <summary>Whether values trained for the other stand for the same outputs.</summary>
    public bool Fits(HeadPlan other) => Kind == other.Kind && Labels.SequenceEqual(other.Labels) && Pooling == other.Pooling && Minimum == other.Minimum && Maximum == other.Maximum;

    internal static HeadPlan Of(TaskSpec task, IReadOnlyList<string> labels) =>
        new(task.Name, task.Kind, labels) { Pooling = task.Pooling, Minimum = task.Minimum, Maximum = task.Maximum, Threshold = task.Threshold };
}
