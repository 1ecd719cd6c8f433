using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// What users do with runs, for pages and API alike. Each command returns when the wish is in the store; what follows from it (the
/// trainer saving, the device becoming free) comes as the run's next states. Refusals: <see cref="InvalidInputException"/> for bad
/// input, <see cref="RunNotFoundException"/>, and <see cref="RunStateException"/> where the run's state does not allow it, with the reason.
/// </summary>
public sealed class RunCommands(RunStore store, RunQueue queue, RunRemoval removal, RunSweeper sweeper, RunMoves moves, RunDispatcher dispatcher, ActiveRuns activeRuns, DataFolder data)
{
    private const int Attempts = 5;

    /// <summary>Queues a run of the spec, once its fields and all that it refers to are found sound.</summary>
    public async Task<Run> LaunchAsync(RunSpec spec, int priority = 0, CancellationToken cancellation = default)
    {
        await CheckAsync(spec, cancellation);
        return await QueuedAsync(store.CreateAsync(spec, "launched", priority, cancellation));
    }

    /// <summary>Queues runs of the spec under several seeds (<see cref="SeedRuns"/>), with their single-task baselines where asked: all of them or none.</summary>
    public async Task<IReadOnlyList<LaunchedRun>> LaunchAllAsync(RunSpec spec, int seeds, bool baselines, int priority = 0, CancellationToken cancellation = default)
    {
        var specs = SeedRuns.Of(spec, seeds);
        await CheckAsync(spec, cancellation);
        var launched = await store.CreateAllAsync(specs, baselines, priority, cancellation);
        foreach (var one in launched) await AnnounceQueuedAsync(one.Run, one.Baselines, cancellation);
        return launched;
    }

    /// <summary>Queues a new run of the same spec.</summary>
    public Task<Run> CloneAsync(long id, string? name = null, CancellationToken cancellation = default) => QueuedAsync(store.CloneAsync(id, name, cancellation));

    /// <summary>Queues the single-task baselines of a joint run that do not stand yet, and tells which run answers for each task.</summary>
    public async Task<IReadOnlyList<BaselineChoice>> EnsureBaselinesAsync(long id, CancellationToken cancellation = default)
    {
        var choices = await store.EnsureBaselinesAsync(id, cancellation);
        await AnnounceQueuedAsync(null, choices, cancellation);
        // Where all were there already nothing else would tell that the run has references now.
        moves.Announce(await store.GetAsync(id, cancellation));
        return choices;
    }

    /// <summary>Ends the run with a checkpoint. One that waits or is paused is stopped at once; asking again does no harm.</summary>
    public Task<Run> StopAsync(long id, CancellationToken cancellation = default) => MoveAsync(id, run => run.State switch
    {
        RunState.Queued or RunState.Paused => RunState.Stopped,
        RunState.Starting or RunState.Running or RunState.Pausing => RunState.Stopping,
        RunState.Stopping => null,
        _ => throw Refused(run, "only a run that waits, trains or is paused can be stopped"),
    }, "stopped by the user", cancellation);

    /// <summary>Saves a checkpoint and frees the device, to be resumed later. Asking again does no harm.</summary>
    public Task<Run> PauseAsync(long id, CancellationToken cancellation = default) => MoveAsync(id, run => run.State switch
    {
        RunState.Starting or RunState.Running => RunState.Pausing,
        RunState.Pausing or RunState.Paused => null,
        _ => throw Refused(run, "only a run that trains can be paused"),
    }, "paused by the user", cancellation);

    /// <summary>Queues a paused run, to go on from its checkpoint.</summary>
    public Task<Run> ResumeAsync(long id, CancellationToken cancellation = default) => RequeueAsync(id, run => run.State switch
    {
        RunState.Paused => RunState.Queued,
        RunState.Stopped or RunState.Failed => throw Refused(run, "use retry: resume is for a paused run"),
        _ => throw Refused(run, "only a paused run can be resumed"),
    }, "resumed by the user", cancellation);

    /// <summary>Queues a failed or stopped run, to go on from its checkpoint where it has one.</summary>
    public Task<Run> RetryAsync(long id, CancellationToken cancellation = default) => RequeueAsync(id, run => run.State switch
    {
        RunState.Failed or RunState.Stopped => RunState.Queued,
        RunState.Finished => throw Refused(run, "clone it to train it again"),
        _ => throw Refused(run, "only a run that failed or was stopped can be retried"),
    }, "retried by the user", cancellation);

    /// <summary>The higher is started first.</summary>
    public async Task<Run> SetPriorityAsync(long id, int priority, CancellationToken cancellation = default)
    {
        if (priority is < -1000 or > 1000) throw new InvalidInputException("priority", $"Priority must be -1000 to 1000 (you gave {priority})");
        return await QueuedAsync(queue.SetPriorityAsync(id, priority, cancellation));
    }

    /// <summary>Lets the named queued runs stand in the given order, in the places that they hold together now.</summary>
    public async Task ReorderAsync(IReadOnlyList<long> ids, CancellationToken cancellation = default)
    {
        await queue.ReorderAsync(ids, cancellation);
        foreach (var run in await queue.QueuedAsync(cancellation)) moves.Announce(run);
        dispatcher.Nudge();
    }

    /// <summary>
    /// Deletes the run: nothing shows it from now on, and its rows and folder go once the time to undo is over
    /// (<see cref="SupervisionOptions.UndoDelete"/>). One that trains must be stopped first.
    /// </summary>
    public async Task DeleteAsync(long id, CancellationToken cancellation = default)
    {
        await removal.MarkAsync(id, cancellation);
        moves.AnnounceDeleted(id);
        await sweeper.TakeAsync(id);
    }

    /// <summary>Brings a run back that was deleted a moment ago, as it was; one that waited, waits again.</summary>
    public Task<Run> RestoreAsync(long id, CancellationToken cancellation = default) => QueuedAsync(removal.RestoreAsync(id, cancellation));

    private async Task CheckAsync(RunSpec spec, CancellationToken cancellation)
    {
        var errors = await Task.Run(() => RunSpecValidator.Validate(spec).Concat(SpecReferences.Check(spec, data)).ToList(), cancellation);
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    private async Task AnnounceQueuedAsync(Run? joint, IReadOnlyList<BaselineChoice> baselines, CancellationToken cancellation)
    {
        var queued = joint is null ? [] : new List<Run> { joint };
        foreach (var choice in baselines.Where(choice => !choice.Reused)) queued.Add(await store.GetAsync(choice.RunId, cancellation));
        foreach (var run in queued)
        {
            moves.Announce(run);
            dispatcher.Nudge();
        }
    }

    private async Task<Run> QueuedAsync(Task<Run> change)
    {
        var run = await change;
        moves.Announce(run);
        dispatcher.Nudge();
        return run;
    }

    private Task<Run> RequeueAsync(long id, Func<Run, RunState?> next, string cause, CancellationToken cancellation) => QueuedAsync(MoveAsync(id, run =>
    {
        var to = next(run);
        TrainerProcess.ForgetExitCode(data.Run(id));
        return to;
    }, cause, cancellation));

    /// <summary>Moves the run to what <paramref name="next"/> says (null: it is there already), anew where its state changed in between.</summary>
    private async Task<Run> MoveAsync(long id, Func<Run, RunState?> next, string cause, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var run = await store.GetAsync(id, cancellation);
            if (next(run) is not { } to) return run;
            try
            {
                // Only from where it was seen: stopped at once is what may be done to a run that waits, and not to one that got its trainer in this moment.
                run = await moves.MoveAsync(id, to, cause, from: run.State, cancellation: cancellation);
                activeRuns.Wake(id);
                return run;
            }
            catch (RunStateException) when (attempt < Attempts) { /* it went on meanwhile */ }
        }
    }

    private static RunStateException Refused(Run run, string reason) =>
        new(run.Id, run.State, $"Run {run.Id} is {run.State.ToString().ToLowerInvariant()}: {reason}");
}
