using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>What is known of an attempt once its trainer is gone and its events are all read.</summary>
/// <param name="State">Where the run stands in the store.</param>
/// <param name="ExitCode">What the wrapper left; null where nothing.</param>
/// <param name="Outcome">The attempt's <c>ended</c> event's, or null.</param>
/// <param name="Deaths">Attempts that died since the last new checkpoint, before this one.</param>
/// <param name="Step">The last step seen.</param>
public sealed record AttemptEnd(RunState State, int? ExitCode, string? Outcome, int Deaths, int Step)
{
    /// <summary>The message of the attempt's <c>ended</c> event, or null.</summary>
    public string? Message { get; init; }
    /// <summary>The last lines the trainer printed in the attempt.</summary>
    public string LogTail { get; init; } = "";
    /// <summary>Why the supervisor itself ended the trainer by force, or null.</summary>
    public string? Forced { get; init; }
    /// <summary>Why the trainer could not be started, with the cure; null where it was.</summary>
    public string? StartFault { get; init; }
    /// <summary>True where the kernel killed some process for want of memory while the attempt was watched.</summary>
    public bool MemoryRanOut { get; init; }
    /// <summary>False where a studio ended between taking the run and starting its trainer.</summary>
    public bool WasStarted { get; init; } = true;
}

/// <summary>Where a run goes when its trainer is gone.</summary>
/// <param name="To">The next state.</param>
/// <param name="Cause">In words a user reads.</param>
/// <param name="Failure">What happened and what cures it, where it failed.</param>
/// <param name="Died">True where the attempt counts as a death.</param>
public sealed record Settlement(RunState To, string Cause, string? Failure = null, bool Died = false)
{
    /// <summary>Decides by the exit code, else by the last event, else the trainer died. A run that died, or was ended by no wish of its user, goes on from its checkpoint.</summary>
    public static Settlement Of(AttemptEnd end, int deathsBeforeFailure) => (end.ExitCode, end.Outcome) switch
    {
        _ when end.StartFault is not null => new(RunState.Failed, "the trainer could not be started", end.StartFault),
        _ when !end.WasStarted => NotStarted(end),
        (ExitCodes.Done, _) or (null, "finished") => new(RunState.Finished, $"finished at step {end.Step}"),
        (ExitCodes.InvalidInput, _) => Failed(end, "the trainer refused the spec"),
        (ExitCodes.Failed, _) or (null, "failed") => Failed(end, "the trainer failed"),
        (125 or 126 or 127, null) => Failed(end, "the trainer could not be started"),
        (ExitCodes.Stopped, _) or (null, "stopped" or "paused") => Ended(end),
        _ => Dead(end, deathsBeforeFailure),
    };

    private static Settlement Ended(AttemptEnd end) => end.State switch
    {
        RunState.Stopping => new(RunState.Stopped, $"stopped at step {end.Step}, with a checkpoint"),
        RunState.Pausing => new(RunState.Paused, $"paused at step {end.Step}, with a checkpoint"),
        _ => new(RunState.Queued, $"ended from outside at step {end.Step}; goes on from its checkpoint"),
    };

    private static Settlement Failed(AttemptEnd end, string what) => end.State == RunState.Stopping
        ? new(RunState.Stopped, $"{what} while it was being stopped", Words(end, what))
        : new(RunState.Failed, what, Words(end, what));

    private static Settlement NotStarted(AttemptEnd end) => end.State switch
    {
        RunState.Stopping => new(RunState.Stopped, "stopped before its trainer was started"),
        RunState.Pausing => new(RunState.Paused, "paused before its trainer was started"),
        _ => new(RunState.Queued, "the studio ended before it could start the trainer"),
    };

    private static Settlement Dead(AttemptEnd end, int deathsBeforeFailure)
    {
        var how = end.Forced is not null ? $"ended by force ({end.Forced})" : $"trainer died ({How(end)})";
        if (end.State == RunState.Stopping) return new(RunState.Stopped, $"{how} at step {end.Step}; what came after the last checkpoint is lost");
        if (end.State == RunState.Pausing) return new(RunState.Paused, $"{how} at step {end.Step}; resumes from its last checkpoint", Died: true);
        var deaths = end.Deaths + 1;
        return deaths < deathsBeforeFailure
            ? new(RunState.Queued, $"{how} at step {end.Step}; goes on from its checkpoint", Died: true)
            : new(RunState.Failed, $"{how} at step {end.Step}, {deaths} times without a new checkpoint",
                $"The trainer died {deaths} times in a row without reaching a new checkpoint, the last time at step {end.Step} ({How(end)}). {Cure(end.ExitCode)}{Tail(end)}", Died: true);
    }

    /// <summary>The trainer's own message, else what it printed last.</summary>
    private static string Words(AttemptEnd end, string what) =>
        end.Message ?? (end.LogTail.Length > 0 ? end.LogTail : $"{char.ToUpperInvariant(what[0])}{what[1..]} (exit code {end.ExitCode}) and said nothing: look at the run's log");

    private static string How(AttemptEnd end) => end.ExitCode switch
    {
        null => "no exit code",
        134 => "aborted, signal 6",
        137 when end.MemoryRanOut => "killed by the system, which ran out of memory",
        137 => "killed, signal 9: often for want of memory",
        139 => "crashed, signal 11",
        > 128 => $"signal {end.ExitCode - 128}",
        _ => $"exit code {end.ExitCode}",
    };

    private static string Cure(int? exitCode) => exitCode switch
    {
        137 => "If memory ran out, lower the micro-batch or the maximum length, or checkpoint more often; then retry.",
        _ => "Read what it printed, or checkpoint more often; then retry.",
    };

    private static string Tail(AttemptEnd end) => end.LogTail.Length > 0 ? $"\n{end.LogTail}" : "";
}
