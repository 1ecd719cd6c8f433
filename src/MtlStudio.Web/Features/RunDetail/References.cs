using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What scores stand beside.</summary>
public enum Reference { Baseline, Untuned }

/// <summary>A reference's score, or why there is none.</summary>
/// <param name="Source">What it is, as "baseline run 44 at step 300".</param>
/// <param name="RunId">The run it comes from.</param>
public sealed record ReferenceScore(double? Value, string Source, long? RunId);

/// <summary>Finds the score that one of a run stands beside.</summary>
public static class References
{
    /// <summary>
    /// The baseline's score at the same step: it replays the mix's own draws of the task, so equal steps have trained on equal
    /// examples. The untuned model's is that of step 0, on the same split; test is scored once, so there it has none.
    /// </summary>
    public static ReferenceScore Of(RunSnapshot now, Reference reference, string task, string metric, int step, string split = ScoreBook.Validation)
    {
        if (reference == Reference.Untuned)
            return new(now.Scores.At(task, metric, 0, split), split == ScoreBook.Test ? "the untuned model is not scored on test" : "the untuned model (step 0)", now.Run.Id);
        if (now.Run.BaselineTask is not null) return new(null, "this run is itself a baseline", null);
        if (now.Baselines.FirstOrDefault(row => row.Task == task) is not { } baseline) return new(null, "there is no baseline yet: make one by \"Make baselines\"", null);
        var name = $"baseline run {baseline.Run.Id}";
        if (baseline.Scores.At(task, metric, step, split) is { } value) return new(value, $"{name} at step {Format.Count(step)}", baseline.Run.Id);
        return new(null, RunTransitions.IsEnded(baseline.Run.State)
            ? $"{name} was not evaluated at step {Format.Count(step)}"
            : $"{name} is {baseline.Run.State.ToString().ToLowerInvariant()} at step {Format.Count(baseline.Run.Step)}: its score comes with step {Format.Count(step)}", baseline.Run.Id);
    }

    /// <summary>The baselines where there are any, else the untuned model.</summary>
    public static Reference Default(RunSnapshot now) => now.Baselines.Count > 0 ? Reference.Baseline : Reference.Untuned;

    /// <summary>The run's score less the reference's; null where either is missing.</summary>
    public static double? Difference(EvaluationScore? score, ReferenceScore reference) => score is null ? null : score.Score - reference.Value;
}
