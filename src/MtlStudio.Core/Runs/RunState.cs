namespace MtlStudio.Core.Runs;

/// <summary>Where a run stands. <see cref="RunTransitions"/> holds which step may follow which.</summary>
public enum RunState { Queued, Starting, Running, Pausing, Paused, Stopping, Stopped, Finished, Failed }

/// <summary>The state machine of a run, in one place: the store refuses any other step.</summary>
public static class RunTransitions
{
    private static readonly Dictionary<RunState, RunState[]> Allowed = new()
    {
        [RunState.Queued] = [RunState.Starting, RunState.Stopped],
        [RunState.Starting] = [RunState.Running, RunState.Queued, RunState.Pausing, RunState.Stopping, RunState.Stopped, RunState.Failed],
        [RunState.Running] = [RunState.Pausing, RunState.Stopping, RunState.Finished, RunState.Failed, RunState.Queued],
        [RunState.Pausing] = [RunState.Paused, RunState.Stopping, RunState.Finished, RunState.Failed, RunState.Queued],
        [RunState.Paused] = [RunState.Queued, RunState.Stopped],
        [RunState.Stopping] = [RunState.Stopped, RunState.Finished, RunState.Failed],
        [RunState.Stopped] = [RunState.Queued],
        [RunState.Failed] = [RunState.Queued],
        [RunState.Finished] = [],
    };

    public static bool IsAllowed(RunState from, RunState to) => Allowed[from].Contains(to);

    /// <summary>True where a trainer process exists, or ought to.</summary>
    public static bool IsActive(RunState state) =>
        state is RunState.Starting or RunState.Running or RunState.Pausing or RunState.Stopping;

    /// <summary>True where nothing more happens by itself.</summary>
    public static bool IsEnded(RunState state) => state is RunState.Stopped or RunState.Finished or RunState.Failed;
}
