using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>Alarms that the studio raises itself, because a trainer that hangs cannot.</summary>
public sealed partial class RunAlarms(StoreWriter writer, RunStore store, RunMoves moves, SupervisionOptions options, TimeProvider clock, ILogger<RunAlarms> log)
{
    /// <summary>The kind of an alarm for want of progress.</summary>
    public const string Stalled = "stalled";

    /// <summary>Raises an alarm once when a run has shown no progress for too long; it may raise another after the next progress.</summary>
    internal async Task WatchAsync(ActiveRun active, CancellationToken cancellation)
    {
        var still = active.Pulse.ProgressAge;
        if (still <= options.StallAlarmAfter) active.Stalled = false;
        if (active.Stalled || still <= options.StallAlarmAfter) return;
        active.Stalled = true;
        var run = await store.GetAsync(active.RunId, cancellation);
        var message = $"No progress for {still.TotalMinutes:0.#} min at step {run.Step}"
            + (active.Pulse.LifeAge > options.StallAlarmAfter ? ", and no sign of life" : ", though the trainer lives")
            + ": look at its log and the machine's load, or stop it and retry from its checkpoint";
        LogStalled(log, run.Id, message);
        await writer.WriteAsync(context =>
        {
            context.Alarms.Add(new Alarm { RunId = run.Id, Seq = run.IngestSeq, Time = clock.GetUtcNow(), Step = run.Step, Kind = Stalled, Message = message });
            return Task.CompletedTask;
        }, cancellation);
        moves.Announce(run);
    }

    [LoggerMessage(LogLevel.Warning, "Run {Run}: {Message}")]
    private static partial void LogStalled(ILogger log, long run, string message);
}
