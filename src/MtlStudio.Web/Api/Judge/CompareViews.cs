using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Api.Judge;

/// <summary>Runs beside a reference.</summary>
/// <param name="Tasks">One entry a task, over all runs that train it.</param>
/// <param name="DeltaM">One entry a run: the mean relative change over its target tasks, in percent, positive when better.</param>
/// <param name="Groups">Finished runs that differ only in their seed, judged together.</param>
public sealed record ComparisonView(string Reference, IReadOnlyList<TaskComparisonView> Tasks, IReadOnlyList<DeltaMView> DeltaM, IReadOnlyList<SeedGroupView> Groups)
{
    internal static ComparisonView Of(Comparison all) => new(all.Reference.ToString(), Of(all.Tasks, all.Reference), [.. all.DeltaM.Select(Of)],
        [.. all.Groups.Select(group => new SeedGroupView(group.Name, group.Runs, group.Seeds, Of(group.Tasks, all.Reference), Of(group.DeltaM)))]);

    private static IReadOnlyList<TaskComparisonView> Of(IReadOnlyList<TaskComparison> tasks, ReferenceChoice reference) =>
        [.. tasks.Select(task => new TaskComparisonView(task.Task, task.Metric, task.HigherIsBetter, task.Unit, reference.ToString(), [.. task.Values.Select(TaskValueView.Of)]))];

    private static DeltaMView Of(RunDeltaM one) => new(one.Run, one.Value, one.Low, one.High, one.Reason);
}

/// <summary>One task over all runs.</summary>
/// <param name="Metric">The task's primary metric.</param>
/// <param name="Unit">"fraction" (0 to 1), "points" (0 to 100) or "": of values, deltas and intervals.</param>
public sealed record TaskComparisonView(string Task, string Metric, bool HigherIsBetter, string Unit, string Reference, IReadOnlyList<TaskValueView> Values);

/// <summary>One task of one run beside its reference. Numbers are absent where there is nothing to compare; <see cref="Reason"/> says why.</summary>
public sealed record TaskValueView
{
    public required long Run { get; init; }
    public double? Value { get; init; }
    /// <summary>Value − the reference's value: whether above 0 is good the task's higherIsBetter says.</summary>
    public double? Delta { get; init; }
    public double? Low { get; init; }
    public double? High { get; init; }
    /// <summary>helped, hurt, same, unclear or neither (neither has learned); absent while the run has not finished.</summary>
    public string? Verdict { get; init; }
    public double? ReferenceValue { get; init; }
    /// <summary>The run the reference's score comes from.</summary>
    public long? ReferenceRun { get; init; }
    /// <summary>test or validation; the same on both sides.</summary>
    public string? Split { get; init; }
    public int? Step { get; init; }
    public int? ReferenceStep { get; init; }
    /// <summary>Examples that both sides were scored on.</summary>
    public int Examples { get; init; }
    public int Seeds { get; init; }
    /// <summary>Of the interval, 0 to 1: 0.95 widened by Holm's steps over the tasks.</summary>
    public double? Confidence { get; init; }
    /// <summary>Two-sided, Holm-adjusted over the tasks.</summary>
    public double? P { get; init; }
    /// <summary>The smallest difference that matters.</summary>
    public double? SmallestDifference { get; init; }
    /// <summary>suspected or negative, where the task is hurt beside its baseline: negative needs three seeds of one sign.</summary>
    public string? Transfer { get; init; }
    /// <summary>behind, ahead or unclear: of a run that has not finished, on validation.</summary>
    public string? SoFar { get; init; }
    /// <summary>About how many times the examples would tell, where the verdict is unclear.</summary>
    public double? Growth { get; init; }
    /// <summary>Why there is no delta.</summary>
    public string? Reason { get; init; }

    internal static TaskValueView Of(TaskValue value) => new()
    {
        Run = value.Run, Value = value.Value, Delta = value.Delta, Low = value.Low, High = value.High, Verdict = Word(value.Verdict),
        ReferenceValue = value.ReferenceValue, ReferenceRun = value.ReferenceRun == 0 ? null : value.ReferenceRun, Split = value.Split, Step = value.Step, ReferenceStep = value.ReferenceStep,
        Examples = value.Examples, Seeds = value.Seeds, Confidence = value.Confidence, P = value.P, SmallestDifference = value.Smallest,
        Transfer = value.Transfer == Core.Analysis.Transfer.None ? null : Word(value.Transfer), Growth = value.Growth, Reason = value.Reason,
        SoFar = value.SoFar switch { null => null, < 0 => "behind", > 0 => "ahead", _ => "unclear" },
    };

    private static string? Word<T>(T? value) => value?.ToString()?.ToLowerInvariant();
}

/// <summary>Δm of a run in percent, positive when better; absent where it is undefined. The reason says why, or why a value says little: a reference near 0.</summary>
public sealed record DeltaMView(long Run, double? Value, double? Low, double? High, string? Reason);

/// <summary>Finished runs of one spec under several seeds. The values' run is the first of them.</summary>
/// <param name="Runs">One a seed.</param>
public sealed record SeedGroupView(string Name, IReadOnlyList<long> Runs, IReadOnlyList<long> Seeds, IReadOnlyList<TaskComparisonView> Tasks, DeltaMView DeltaM);

/// <summary>A page of the examples behind one delta.</summary>
/// <param name="Reason">Why there are none.</param>
public sealed record ExamplesView(
    long Run, string Reference, long? ReferenceRun, string Task, string Metric, bool HigherIsBetter, string Unit, string? Split, int? Step, int? ReferenceStep, string? Reason,
    IReadOnlyList<ComparedExample> Items, int Total, int Skip, int Take)
{
    internal static ExamplesView Of(ExampleComparison found, long run, ReferenceChoice reference, int skip, int take) => new(
        run, reference.ToString(), found.Pairing.ReferenceRun == 0 ? null : found.Pairing.ReferenceRun, found.Task, found.Metric, found.HigherIsBetter, found.Unit,
        found.Pairing.Model?.Split, found.Pairing.Model?.Step, found.Pairing.Reference?.Step, found.Pairing.Reason, found.Examples, found.Total, skip, take);
}
