using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Watches one attempt to its end: events into store and feed, the user's wishes to the trainer, and when the trainer is gone
/// the settlement. Whatever fails on the way (a full disk, a busy database) is tried again; the events wait in their file.
/// </summary>
/// <param name="logFrom">Where in the log the attempt's own words begin.</param>
/// <param name="wasStarted">False where no trainer was ever started in this attempt.</param>
/// <param name="startFault">Why none could be started, or null.</param>
internal sealed partial class AttemptWatch(SupervisionParts parts, ActiveRun active, long logFrom, bool wasStarted, string? startFault, ILogger log) : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LastRetry = TimeSpan.FromSeconds(10);

    private readonly RunFolder folder = parts.Data.Run(active.RunId);
    private readonly Escalation escalation = new(parts.Data.Run(active.RunId), parts.Options, parts.Clock);
    private readonly EventIngestor events = new(active.RunId, parts.Data.Run(active.RunId).Events, parts.Ingest, parts.Feed);
    private readonly long memoryKills = MemoryKills.Count();
    private bool alive = active.Process is not null;
    private bool begun, stateChanged = true;
    private int reported;
    private long lookedAt = parts.Clock.GetTimestamp();

    /// <summary>Returns when the run is settled (or was deleted); throws when cancelled.</summary>
    public async Task RunAsync(CancellationToken detach)
    {
        var pause = parts.Options.PollInterval;
        while (true)
        {
            try
            {
                if (await StepAsync(detach)) return;
                if (active.Trouble is not null) LogTroubleOver(log, active.RunId);
                active.Trouble = null;
                pause = parts.Options.PollInterval;
            }
            catch (RunNotFoundException)
            {
                // Nobody could stop its trainer any more.
                LogGone(log, active.RunId);
                active.Process?.TryKill();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (active.Trouble is null) LogTrouble(log, e, active.RunId);
                active.Trouble = $"What it does cannot be stored now: {StoreFaults.Cure(e) ?? e.Message.TrimEnd('.')}. Its events wait in its file, and training goes on.";
                pause = pause < FirstRetry ? FirstRetry : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LastRetry.Ticks));
            }
            stateChanged |= await active.WaitAsync(pause, detach);
        }
    }

    public void Dispose()
    {
        events.Dispose();
        active.Process?.Dispose();
    }

    /// <summary>One look at everything; true once the run is settled.</summary>
    private async Task<bool> StepAsync(CancellationToken detach)
    {
        if (alive)
        {
            if (stateChanged)
            {
                escalation.Ask((await parts.Store.GetAsync(active.RunId, detach)).State);
                stateChanged = false;
            }
            if (parts.Clock.GetElapsedTime(lookedAt) >= parts.Options.LivenessInterval)
            {
                (alive, lookedAt) = (active.Process!.IsAlive(), parts.Clock.GetTimestamp());
                escalation.Step(active.Process, active.Pulse.LifeAge);
            }
        }
        // Whether it lives was asked before this reading: what a dead trainer wrote is all there.
        await IngestAsync(drain: !alive, detach);
        if (alive)
        {
            await parts.Alarms.WatchAsync(active, detach);
            return false;
        }
        await SettleAsync();
        return true;
    }

    private async Task IngestAsync(bool drain, CancellationToken detach)
    {
        // At the end even a line that does not parse is read until it is passed over.
        for (var misses = 0; misses < (drain ? EventTail.Patience : 1);)
        {
            if (await events.NextAsync(detach) is not { } fresh)
            {
                misses++;
                continue;
            }
            misses = 0;
            active.Pulse.Beat(fresh);
            if (!begun && fresh.Count > 0) await BeginAsync(fresh.OfType<StartedEvent>().LastOrDefault());
        }
        for (; reported < events.Unreadable.Count; reported++) LogUnreadable(log, active.RunId, events.Unreadable[reported]);
    }

    /// <summary>The trainer's first words make the run a running one. They need not be <c>started</c>: a studio that died may have stored that and nothing more.</summary>
    private async Task BeginAsync(StartedEvent? started)
    {
        try
        {
            var how = started is null ? "training goes on"
                : started.Step > 0 ? $"resumed from step {started.Step} (attempt {started.Attempt})" : $"training began (attempt {started.Attempt})";
            if ((await parts.Store.GetAsync(active.RunId)).State == RunState.Starting) await parts.Moves.MoveAsync(active.RunId, RunState.Running, how, from: RunState.Starting);
        }
        catch (RunStateException) { /* somebody pressed stop or pause in this moment */ }
        begun = true;
    }

    private async Task SettleAsync()
    {
        while (true)
        {
            var run = await parts.Store.GetAsync(active.RunId);
            if (!RunTransitions.IsActive(run.State)) return;
            var settlement = Settlement.Of(new AttemptEnd(run.State, TrainerProcess.ExitCode(folder), run.Outcome, run.DeathsWithoutCheckpoint, run.Step)
            {
                Message = run.Failure,
                LogTail = LogTail.Read(folder.Log, logFrom),
                Forced = escalation.Forced,
                StartFault = startFault,
                MemoryRanOut = MemoryKills.Count() > memoryKills,
                WasStarted = wasStarted || events.Any,
            }, parts.Options.DeathsBeforeFailure);
            try
            {
                // Some states are reached from Running only; the event that leads there may have been lost with its trainer.
                if (run.State == RunState.Starting && !RunTransitions.IsAllowed(run.State, settlement.To))
                    run = await parts.Moves.MoveAsync(active.RunId, RunState.Running, "training began", from: run.State);
                if (settlement.To == RunState.Queued) TrainerProcess.ForgetExitCode(folder);
                await parts.Moves.MoveAsync(active.RunId, settlement.To, settlement.Cause, row =>
                {
                    if (settlement.Failure is not null) row.Failure = settlement.Failure;
                    if (settlement.Died) row.DeathsWithoutCheckpoint++;
                }, from: run.State);
                LogSettled(log, active.RunId, settlement.To, settlement.Cause);
                return;
            }
            catch (RunStateException) { /* somebody pressed stop or pause in this moment: decide anew */ }
        }
    }

    [LoggerMessage(LogLevel.Information, "Run {Run} is {State}: {Cause}")]
    private static partial void LogSettled(ILogger log, long run, RunState state, string cause);

    [LoggerMessage(LogLevel.Error, "Run {Run}: what it does cannot be stored now; its events wait in its file")]
    private static partial void LogTrouble(ILogger log, Exception exception, long run);

    [LoggerMessage(LogLevel.Information, "Run {Run}: what it does is stored again")]
    private static partial void LogTroubleOver(ILogger log, long run);

    [LoggerMessage(LogLevel.Warning, "Run {Run}: the line at byte {Offset} of its events is damaged and was passed over")]
    private static partial void LogUnreadable(ILogger log, long run, long offset);

    [LoggerMessage(LogLevel.Warning, "Run {Run} was deleted while it was watched")]
    private static partial void LogGone(ILogger log, long run);
}
