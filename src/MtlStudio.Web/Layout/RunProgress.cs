using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Layout;

/// <summary>How far a run is and how long it will go on.</summary>
public static class RunProgress
{
    /// <summary>0 to 1.</summary>
    public static double Share(Store.Run run) => run.TotalSteps > 0 ? Math.Clamp((double)run.Step / run.TotalSteps, 0, 1) : 0;

    /// <summary>At the pace of the attempt so far, evaluations and checkpoints included; null while it cannot be told.</summary>
    public static TimeSpan? TimeLeft(Store.Run run, DateTimeOffset now)
    {
        var done = run.Step - run.AttemptStartStep;
        if (run.State != RunState.Running || run.AttemptStartedAt is not { } since || done < 1 || run.TotalSteps < run.Step) return null;
        return Elapsed(since, now) / done * (run.TotalSteps - run.Step);
    }

    /// <summary>From the first start to the end, or until now; null before the start.</summary>
    public static TimeSpan? Took(Store.Run run, DateTimeOffset now) => run.StartedAt is { } start ? Elapsed(start, run.EndedAt ?? now) : null;

    // A clock that was set back makes no time negative.
    private static TimeSpan Elapsed(DateTimeOffset from, DateTimeOffset to) => to > from ? to - from : TimeSpan.Zero;
}
