using MtlStudio.Core.Runs;

namespace MtlStudio.Store.Judging;

/// <summary>The two evaluations that stand for a run and for its reference on one task; or why there are none.</summary>
/// <param name="ReferenceRun">The run the reference's scores come from; 0 where there is none.</param>
/// <param name="SoFar">The run has not finished: both sides are on validation, at the same step where the reference was scored there.</param>
public sealed record Pairing(ScoreSet? Model, ScoreSet? Reference, long ReferenceRun, bool SoFar, string? Reason)
{
    private static Pairing None(string reason, long reference = 0, bool soFar = false) => new(null, null, reference, soFar, reason);

    /// <summary>Chooses by one rule: the test split where both sides have it, else validation at the best checkpoint, and never one of each.</summary>
    /// <param name="reference">The run that serves as reference; null where there is none, or where the untuned model does.</param>
    public static Pairing Of(JudgedRun run, string task, ReferenceChoice choice, JudgedRun? reference)
    {
        if (run.Task(task) is not { } spec) return None($"run {run.Id} does not train {task}");
        var soFar = !run.IsFinished;
        if (choice.Kind == ReferenceKind.Untuned)
            return soFar ? Pair(run, run, run.Latest(task), run.Untuned(task, JudgedRun.Validation), true) : Finished(run, run, task, run.Untuned);
        if (choice.Kind == ReferenceKind.Baseline && run.Spec.Baseline is not null) return None("it is itself a baseline");
        if (reference is null) return None(choice.Kind == ReferenceKind.Baseline ? "no baseline was made for it" : $"there is no run {choice.Run}", soFar: soFar);
        if (reference.Id == run.Id) return None("it is the reference", run.Id, soFar);
        if (reference.Task(task) is not { } other) return None($"run {reference.Id} does not train {task}", reference.Id, soFar);
        if (!SameData(run, spec, reference, other)) return None($"run {reference.Id} was scored on other data", reference.Id, soFar);
        var unfinished = $"run {reference.Id}, its {(choice.Kind == ReferenceKind.Baseline ? "baseline" : "reference")}, is {Word(reference.Run.State)}";
        if (!soFar) return reference.IsFinished ? Finished(run, reference, task, reference.Final) : None(unfinished, reference.Id);
        var latest = run.Latest(task);
        // A baseline has seen the same examples at the same step, though it may go on itself; any other run stands with its final score.
        var beside = choice.Kind == ReferenceKind.Baseline ? reference.Latest(task, latest?.Step ?? 0) : reference.Final(task, JudgedRun.Validation);
        return reference.IsFinished || choice.Kind == ReferenceKind.Baseline && beside is not null && beside.Step == latest!.Step
            ? Pair(run, reference, latest, beside, true) : None(unfinished, reference.Id, true);
    }

    private static Pairing Finished(JudgedRun run, JudgedRun reference, string task, Func<string, string, ScoreSet?> side)
    {
        var test = Pair(run, reference, run.Final(task, JudgedRun.Test), side(task, JudgedRun.Test), false);
        return test.Reason is null ? test : Pair(run, reference, run.Final(task, JudgedRun.Validation), side(task, JudgedRun.Validation), false);
    }

    private static Pairing Pair(JudgedRun run, JudgedRun reference, ScoreSet? model, ScoreSet? beside, bool soFar) =>
        model is null ? None(soFar ? "it has no scores yet" : run.Sets.Count == 0 ? "it was trained before scores were kept by example" : "it has no scores", reference.Id, soFar)
        : beside is null ? None($"run {reference.Id} has no scores to stand beside it", reference.Id, soFar)
        : new(model, beside, reference.Id, soFar, null);

    /// <summary>The same examples in the same order; templates and decoding may differ, for they are what is compared.</summary>
    private static bool SameData(JudgedRun run, TaskSpec task, JudgedRun reference, TaskSpec other) =>
        run.Environment.TryGetValue($"dataset/{task.Name}", out var here) && reference.Environment.TryGetValue($"dataset/{other.Name}", out var there)
            ? here == there
            : task.Data with { Limit = null, Train = null } == other.Data with { Limit = null, Train = null };

    private static string Word(RunState state) => state.ToString().ToLowerInvariant();
}
