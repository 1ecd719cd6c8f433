using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What a run's page says first: what is seen, and no more than that. Verdicts over seeds and examples are no matter of one run.</summary>
public static class RunSentence
{
    /// <summary>Changes of the loss below this share of its first value are called none.</summary>
    private const double Notable = 0.01;
    /// <summary>A baseline is called ahead from so many points on: the smallest difference that matters by default.</summary>
    private const double SmallestPoints = 1;

    public static string Of(RunSnapshot now, DateTimeOffset at)
    {
        var run = now.Run;
        return run.State switch
        {
            RunState.Queued when run.Step == 0 => $"Has not trained yet: it {now.WaitReason ?? "waits for its turn"}.",
            RunState.Queued => $"Goes on from step {Format.Count(run.Step)} when its turn comes: it {now.WaitReason ?? "waits for its turn"}. {Learning(now)}".TrimEnd(),
            RunState.Starting => $"Starts on {run.Device ?? "its device"}: the trainer loads the model and the data.",
            RunState.Failed => $"Failed at step {Format.Count(run.Step)}: {Ended(run.Failure ?? run.StateReason ?? "the trainer ended without saying why; its log may")}",
            RunState.Stopped when run.Step == 0 => "Was stopped before its first step. Retry queues it again.",
            RunState.Stopped => $"Stopped at step {Format.Count(run.Step)} of {Format.Count(run.TotalSteps)}. {Learning(now)}",
            RunState.Paused => $"Paused at step {Format.Count(run.Step)} of {Format.Count(run.TotalSteps)}; resume goes on from its checkpoint. {Learning(now)}",
            RunState.Finished => $"Finished {Format.Count(run.TotalSteps)} steps in {Format.Duration(RunProgress.Took(run, at))}. {Learning(now)}",
            _ => Learning(now) is { Length: > 0 } seen ? seen : "Trains; what it learns shows with the first evaluation after step 0.",
        };
    }

    /// <summary>The strongest fall and every rise of a validation loss, then a score that has not followed and who is behind a baseline.</summary>
    internal static string Learning(RunSnapshot now)
    {
        var changes = now.Tasks.Select(task => Change.Of(task, now.Scores)).OfType<Change>().ToList();
        if (changes.Count == 0) return "";
        var falling = changes.Where(change => change.Relative < -Notable).OrderBy(change => change.Relative).ToList();
        var rising = changes.Where(change => change.Relative > Notable || !double.IsFinite(change.Relative)).OrderByDescending(change => change.Relative).ToList();
        var parts = new List<string>();
        if (falling.Count > 0)
            parts.Add(falling.Count == 1 || changes.Count == 1 ? $"{falling[0].Task} learns: {falling[0].Words}"
                : $"{(falling.Count == changes.Count ? $"All {changes.Count}" : $"{falling.Count} of {changes.Count}")} tasks learn, {falling[0].Task} most: {falling[0].Words}");
        if (rising.Count > 0) parts.Add($"{rising[0].Task} gets worse: {rising[0].Words}" + (rising.Count > 1 ? $", and so {(rising.Count == 2 ? "does" : "do")} {rising.Count - 1} more" : ""));
        if (parts.Count == 0) parts.Add("No task's validation loss has moved by more than 1 % yet");
        if (Unmoved(now, falling) is { } unmoved) parts.Add(unmoved);
        if (Behind(now) is { } behind) parts.Add(behind);
        return string.Join("; ", parts) + ".";
    }

    /// <summary>A loss that falls while the score stays is half a story: the first such task.</summary>
    private static string? Unmoved(RunSnapshot now, IReadOnlyList<Change> falling)
    {
        foreach (var task in now.Tasks.Where(task => task.Unit is "fraction" or "points" && falling.Any(change => change.Task == task.Name)))
            if (now.Scores.Curve(task.Name, task.Metric) is [var first, .., var last] && Math.Abs(last.Score - first.Score) * (task.Unit == "fraction" ? 100 : 1) < SmallestPoints)
                return $"{task.Name}'s {task.Metric} has not moved with its loss ({Format.Score(first.Score, task.Unit)} → {Format.Score(last.Score, task.Unit)})";
        return null;
    }

    private static string? Behind(RunSnapshot now)
    {
        var behind = now.Tasks.Where(task => task.Unit is "fraction" or "points").Select(task => (task.Name, Points: Behind(now, task))).Where(pair => pair.Points <= -SmallestPoints).OrderBy(pair => pair.Points).ToList();
        if (behind.Count == 0) return null;
        var points = $"{Math.Abs(behind[0].Points!.Value):0.0} points";
        return (now.Run.State == RunState.Finished, behind.Count) switch
        {
            (true, 1) => $"{behind[0].Name} ends {points} behind its baseline (one seed)",
            (true, _) => $"{behind.Count} tasks end behind their baselines, {behind[0].Name} most: {points} (one seed)",
            (false, 1) => $"{behind[0].Name} is {points} behind its baseline so far",
            _ => $"{behind.Count} tasks are behind their baselines so far, {behind[0].Name} most: {points}",
        };
    }

    /// <summary>Points of the primary metric beside the baseline at the same step, negative where worse; null before two evaluations say the same.</summary>
    private static double? Behind(RunSnapshot now, TaskInfo task)
    {
        var curve = now.Scores.Curve(task.Name, task.Metric).Where(row => row.Step > 0).ToList();
        if (curve.Count < 2) return null;
        double? Points(EvaluationScore row) => References.Difference(row, References.Of(now, Reference.Baseline, task.Name, task.Metric, row.Step))
            * (task.HigherIsBetter ? 1 : -1) * (task.Unit == "fraction" ? 100 : 1);
        var (last, before) = (Points(curve[^1]), Points(curve[^2]));
        return before < 0 ? last : null;
    }

    private static string Ended(string text) => text.EndsWith('.') ? text : text + ".";

    private sealed record Change(string Task, double First, double Last, int Steps)
    {
        public double Relative => (Last - First) / First;
        public string Words => $"validation loss {Format.LossShort(First)} → {Format.LossShort(Last)} in {Format.Count(Steps)} steps";

        public static Change? Of(TaskInfo task, ScoreBook scores)
        {
            var curve = scores.Curve(task.Name, EvaluationScore.Loss);
            return curve.Count < 2 || curve[^1].Step == curve[0].Step ? null : new(task.Name, curve[0].Score, curve[^1].Score, curve[^1].Step - curve[0].Step);
        }
    }
}
