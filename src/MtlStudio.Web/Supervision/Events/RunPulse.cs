using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Two counters of a run and how long each has stood still by this process's monotonic clock: signs of life (any event) and
/// progress (any event but system series, which a trainer that hangs in one step may go on writing). Clocks of trainers play no part.
/// </summary>
public sealed class RunPulse
{
    private readonly TimeProvider clock;
    private long lifeAt, progressAt;

    public RunPulse(TimeProvider clock)
    {
        this.clock = clock;
        lifeAt = progressAt = clock.GetTimestamp();
    }

    /// <summary>Events seen.</summary>
    public long Life { get; private set; }

    /// <summary>Events seen that show progress.</summary>
    public long Progress { get; private set; }

    public TimeSpan LifeAge => clock.GetElapsedTime(Volatile.Read(ref lifeAt));
    public TimeSpan ProgressAge => clock.GetElapsedTime(Volatile.Read(ref progressAt));

    public void Beat(IReadOnlyList<RunEvent> events)
    {
        if (events.Count == 0) return;
        var now = clock.GetTimestamp();
        Life += events.Count;
        Volatile.Write(ref lifeAt, now);
        var progress = events.Count(IsProgress);
        if (progress == 0) return;
        Progress += progress;
        Volatile.Write(ref progressAt, now);
    }

    // Points that carry examples are those of a training step.
    private static bool IsProgress(RunEvent value) => value is not PointsEvent { Examples: null };
}
