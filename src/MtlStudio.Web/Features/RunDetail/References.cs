using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What scores stand beside.</summary>
public enum Reference { Baseline, Untuned, Pinned }

/// <summary>A reference's score, or why there is none.</summary>
/// <param name="Source">What it is, as "baseline run 44 at step 300".</param>
/// <param name="RunId">The run it comes from.</param>
public sealed record ReferenceScore(double? Value, string Source, long? RunId);

/// <summary>Finds what a curve or an evaluation stands beside, step by step. How a task stands beside its reference is judged by
/// <see cref="Store.Judging.Comparer"/> alone.</summary>
public static class References
{
    /// <summary>
    /// The baseline's score at the same step: it replays the mix's own draws of the task, so equal steps have trained on equal
    /// examples. The untuned model's is that of step 0, on the same split; a pinned run's that of the same step.
    /// </summary>
    public static ReferenceScore Of(RunSnapshot now, Reference reference, string task, string metric, int step, string split = ScoreBook.Validation)
    {
        if (reference == Reference.Untuned)
            return now.Scores.At(task, metric, 0, split) is { } untuned ? new(untuned, "the untuned model (step 0)", now.Run.Id) : new(null, $"the untuned model was not scored on {split}", now.Run.Id);
        if (reference == Reference.Baseline && now.Run.BaselineTask is not null) return new(null, "this run is itself a baseline", null);
        if (now.Behind(reference).FirstOrDefault(row => row.Task == task) is not { } beside)
            return new(null, reference == Reference.Baseline ? "there is no baseline yet: make one by \"Make baselines\"" : "the pinned run does not train it", null);
        var name = $"{(reference == Reference.Baseline ? "baseline " : "")}run {beside.Run.Id}";
        // Test is scored once with the best checkpoint, whatever its step.
        if (split == ScoreBook.Test && step > 0)
            return beside.Scores.Last(task, metric, split) is { Step: > 0 } tested ? new(tested.Score, $"{name} on test, at step {Format.Count(tested.Step)}", beside.Run.Id) : new(null, $"{name} was not scored on test", beside.Run.Id);
        if (beside.Scores.At(task, metric, step, split) is { } value) return new(value, $"{name} at step {Format.Count(step)}", beside.Run.Id);
        return new(null, RunTransitions.IsEnded(beside.Run.State)
            ? $"{name} was not evaluated at step {Format.Count(step)}"
            : $"{name} is {beside.Run.State.ToString().ToLowerInvariant()} at step {Format.Count(beside.Run.Step)}: its score comes with step {Format.Count(step)}", beside.Run.Id);
    }

    /// <summary>The baselines where there are any, else the untuned model.</summary>
    public static Reference Default(RunSnapshot now) => now.Baselines.Count > 0 ? Reference.Baseline : Reference.Untuned;
}
