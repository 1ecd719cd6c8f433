namespace MtlStudio.Core.Analysis;

/// <summary>
/// Verdicts over the tasks of one comparison. A task's difference is called by where its interval lies: wholly beyond the
/// smallest difference that matters (helped, hurt), wholly within it (same), else nothing is claimed. Intervals are widened by
/// Holm's steps over the tasks, the surest task first, so that a false "helped" or "hurt" among all of them is as rare as one
/// interval at 95 % would let it be.
/// </summary>
public static class Verdicts
{
    public const double Confidence = 0.95;

    /// <summary>Fewer examples are no evidence: percentile intervals of so few are too narrow.</summary>
    public const int FewestExamples = 20;

    /// <summary>One verdict a task, in their order.</summary>
    public static IReadOnlyList<TaskVerdict> Of(IReadOnlyList<TaskEvidence> tasks)
    {
        var found = new TaskVerdict[tasks.Count];
        var adjusted = Holm.Adjust([.. tasks.Select(task => task.Draws.P)]);
        var (left, goesOn) = (tasks.Count, true);
        foreach (var i in Enumerable.Range(0, tasks.Count).OrderBy(i => PBeyond(tasks[i])))
        {
            found[i] = Of(tasks[i], 1 - (1 - Confidence) / left) with { P = adjusted[i] };
            goesOn = goesOn && found[i].Verdict is Verdict.Helped or Verdict.Hurt;
            if (goesOn) left--;
        }
        return found;
    }

    private static TaskVerdict Of(TaskEvidence task, double confidence)
    {
        var (low, high) = task.Draws.Interval(confidence);
        var (worst, best) = task.HigherIsBetter ? (low, high) : (-high, -low); // as a gain: above 0 is better
        var verdict = task.Draws.Examples < FewestExamples ? Verdict.Unclear
            : worst > task.Smallest ? Verdict.Helped
            : best < -task.Smallest ? Verdict.Hurt
            : IsNearChance(task) ? Verdict.Neither
            : worst >= -task.Smallest && best <= task.Smallest && Room(task) <= 1 ? Verdict.Same
            : Verdict.Unclear;
        return new(verdict, low, high, confidence, double.NaN) { Growth = verdict == Verdict.Unclear ? Growth(task, low, high) : null };
    }

    /// <summary>p of a difference beyond the smallest that matters, in the direction that the evidence leans to.</summary>
    private static double PBeyond(TaskEvidence task) => Math.Min(task.Draws.ShareAtMost(task.Smallest), task.Draws.ShareAtLeast(-task.Smallest));

    /// <summary>Examples that all agree still leave room for about 3/n that do not (the rule of three): that room over the smallest
    /// difference that matters. "Same" needs it to be at most 1.</summary>
    private static double Room(TaskEvidence task) => 3.0 / task.Draws.Examples / (task.Points / 100);

    /// <summary>Whether both scores lie within noise, or within the smallest difference, of guessing.</summary>
    private static bool IsNearChance(TaskEvidence task)
    {
        if (!double.IsFinite(task.Chance)) return false;
        var sign = task.HigherIsBetter ? 1 : -1;
        var reach = Math.Max(task.Smallest, task.Draws.StandardError);
        return sign * (task.Draws.Value - task.Chance) <= reach && sign * (task.Draws.ReferenceValue - task.Chance) <= reach;
    }

    /// <summary>An interval narrows with the root of the examples: how many times as many would set it off the nearest bound.</summary>
    private static double? Growth(TaskEvidence task, double low, double high)
    {
        if (task.Draws.Examples < FewestExamples) return (double)FewestExamples / task.Draws.Examples;
        var (half, room) = ((high - low) / 2, Math.Abs(Math.Abs(task.Draws.Delta) - task.Smallest));
        var growth = half == 0 ? Room(task) : half / room * (half / room);
        return double.IsFinite(growth) ? Math.Max(growth, Math.Abs(task.Draws.Delta) < task.Smallest ? Room(task) : 1) : null;
    }
}
