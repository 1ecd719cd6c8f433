using MtlStudio.Core.Analysis;

namespace MtlStudio.Store.Judging;

/// <summary>Runs beside a reference, task by task.</summary>
public sealed record Comparison(ReferenceChoice Reference, IReadOnlyList<TaskComparison> Tasks, IReadOnlyList<RunDeltaM> DeltaM, IReadOnlyList<SeedGroup> Groups);

/// <summary>One task over all runs.</summary>
/// <param name="Unit">"fraction", "points" or "": of values, deltas and intervals.</param>
/// <param name="ColorIndex">The task's place in the first run that trains it.</param>
public sealed record TaskComparison(string Task, string Metric, bool HigherIsBetter, string Unit, int ColorIndex, IReadOnlyList<TaskValue> Values);

/// <summary>One task of one run (or of runs that differ only in their seed) beside its reference. Values are in the metric's unit.</summary>
public sealed record TaskValue
{
    /// <summary>The run; of a group its first.</summary>
    public required long Run { get; init; }
    /// <summary>The run the reference's score comes from; 0 where there is none.</summary>
    public long ReferenceRun { get; init; }
    public string? Split { get; init; }
    /// <summary>The steps of the two checkpoints that were scored.</summary>
    public int? Step { get; init; }
    public int? ReferenceStep { get; init; }
    /// <summary>Examples that both sides were scored on.</summary>
    public int Examples { get; init; }
    public int Seeds { get; init; }
    public double? Value { get; init; }
    public double? ReferenceValue { get; init; }
    /// <summary>Value − reference's value.</summary>
    public double? Delta { get; init; }
    public double? Low { get; init; }
    public double? High { get; init; }
    /// <summary>Of the interval: Holm's level over the tasks.</summary>
    public double? Confidence { get; init; }
    public double? P { get; init; }
    /// <summary>Null where nothing could be compared, or the run has not finished.</summary>
    public Verdict? Verdict { get; init; }
    public Transfer Transfer { get; init; }
    /// <summary>About how many times the examples would tell, where the verdict is unclear.</summary>
    public double? Growth { get; init; }
    /// <summary>The smallest difference that matters.</summary>
    public double? Smallest { get; init; }
    /// <summary>The run has not finished: −1 where its last two evaluations lie behind the reference by more than the smallest difference, 1 where
    /// ahead, 0 where neither; null for a finished run.</summary>
    public int? SoFar { get; init; }
    /// <summary>(seeds): the difference under each.</summary>
    public IReadOnlyList<double> DeltaBySeed { get; init; } = [];
    /// <summary>Why there is no delta.</summary>
    public string? Reason { get; init; }
    /// <summary>What the figures are made of; null where there is no delta.</summary>
    public TaskEvidence? Evidence { get; init; }
}

/// <summary>Δm of one run in percent, positive when better.</summary>
/// <param name="Reason">Why there is none, or why the one there is says little.</param>
public sealed record RunDeltaM(long Run, double? Value, double? Low, double? High, string? Reason)
{
    /// <summary>As pages draw it: without a number that says little, which would push all others off the axis.</summary>
    public RunDeltaM Sound() => Reason is null ? this : this with { Value = null, Low = null, High = null };
}

/// <summary>Finished runs of one spec under several seeds, judged together.</summary>
/// <param name="Runs">One a seed, by rising seed.</param>
public sealed record SeedGroup(string Name, IReadOnlyList<long> Runs, IReadOnlyList<long> Seeds, IReadOnlyList<TaskComparison> Tasks, RunDeltaM DeltaM);
