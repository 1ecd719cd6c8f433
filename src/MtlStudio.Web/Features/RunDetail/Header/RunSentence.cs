using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What a run's page says first: what is seen, and no more than that.</summary>
public static class RunSentence
{
    /// <summary>Changes of the loss below this share of its first value are called none.</summary>
    private const double Notable = 0.01;
    /// <summary>A score that moved by less is called unmoved.</summary>
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

    /// <summary>The strongest fall and every rise of a validation loss, then a score that has not followed, and how the tasks stand beside their baselines.</summary>
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
        if (Verdicts(now) is { } verdicts) parts.Add(verdicts);
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

    /// <summary>The verdicts beside the baselines: who is hurt, who is helped, else what can't be told; of a run that has not finished, who is behind so far.</summary>
    private static string? Verdicts(RunSnapshot now)
    {
        var judged = now.Tasks.Select(task => (Task: task, Value: now.Standing(Reference.Baseline, task.Name))).Where(pair => pair.Value?.Delta is not null)
            .Select(pair => new Judged(pair.Task, pair.Value!, now.Seeds.FirstOrDefault(delta => delta.Task == pair.Task.Name))).ToList();
        if (judged.Count == 0) return null;
        var behind = judged.Where(one => one.Value.SoFar < 0).OrderBy(one => one.Gain).ToList();
        if (behind.Count > 0)
            return behind.Count == 1 ? $"{behind[0].Task.Name} is {behind[0].Size} behind its baseline so far" : $"{behind.Count} tasks are behind their baselines so far, {behind[0].Task.Name} most: {behind[0].Size}";
        var parts = new List<string>();
        Name(Verdict.Hurt, "hurt", one => one.Gain, one => $"({one.Suspicion})");
        Name(Verdict.Helped, "helped", one => -one.Gain, one => $"({one.SeedCount})");
        if (judged.Where(one => one.Verdict == Verdict.Neither).ToList() is [var neither, ..]) parts.Add($"of {neither.Task.Name} neither it nor its baseline has learned");
        if (parts.Count == 0 && judged.All(one => one.Verdict == Verdict.Same)) parts.Add(judged.Count == 1 ? "it scores the same as its baseline" : $"all {judged.Count} tasks score the same as their baselines");
        if (parts.Count == 0 && judged.Any(one => one.Verdict == Verdict.Unclear)) parts.Add("beside its baselines nothing can be told yet: more examples or more seeds would");
        return parts.Count == 0 ? null : string.Join("; ", parts);

        void Name(Verdict verdict, string word, Func<Judged, double> order, Func<Judged, string> note)
        {
            var found = judged.Where(one => one.Verdict == verdict).OrderBy(order).ToList();
            if (found.Count == 0) return;
            parts.Add((found.Count == 1 ? $"{found[0].Task.Name} is {word} beside its baseline{(found[0].Together is null ? "" : "s")}: {found[0].Text} " : $"{found.Count} tasks are {word} beside their baselines, {found[0].Task.Name} most: {found[0].Text} ") + note(found[0]));
        }
    }

    private static string Ended(string text) => text.EndsWith('.') ? text : text + ".";

    /// <summary>One task beside its baseline, in all seeds of the training together where there are several.</summary>
    private sealed record Judged(TaskInfo Task, TaskValue Value, SeedDelta? Together)
    {
        public Verdict? Verdict => Together is null ? Value.Verdict : VerdictLook.Parse(Together.Verdict);
        /// <summary>Above 0 is better.</summary>
        public double Gain => (Together?.Delta ?? Value.Delta!.Value) * (Task.HigherIsBetter ? 1 : -1) * (Task.Unit == "fraction" ? 100 : 1);
        public string Size => Task.Unit is "fraction" or "points" ? $"{Math.Abs(Gain):0.0} points" : Format.Number(Math.Abs(Gain));
        public string Text => $"{Format.ScoreDelta(Together?.Delta ?? Value.Delta, Task.Unit)} [{Format.ScoreDelta(Together?.Low ?? Value.Low, Task.Unit)}, {Format.ScoreDelta(Together?.High ?? Value.High, Task.Unit)}]";
        public string SeedCount => Together is null ? "one seed" : $"{Together.Seeds} seeds together";
        public string Suspicion => Together is { Transfer: "negative" } ? $"negative transfer: under each of {Together.Seeds} seeds" : $"suspected: {SeedCount}";
    }

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
