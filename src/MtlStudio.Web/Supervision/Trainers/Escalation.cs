using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Brings a trainer to do what the run's state asks: first by the control file, then by SIGTERM, at last by SIGKILL.
/// Not thread-safe.
/// </summary>
internal sealed class Escalation(RunFolder run, SupervisionOptions options, TimeProvider clock)
{
    private RunCommand? written;
    private long? askedAt;
    private long? terminatedAt;
    private bool killed;

    /// <summary>Why the trainer was ended by force, once it was.</summary>
    public string? Forced { get; private set; }

    /// <summary>Writes the control file that goes with the state.</summary>
    public void Ask(RunState state)
    {
        var command = state switch
        {
            RunState.Starting or RunState.Running => RunCommand.Run,
            RunState.Pausing => RunCommand.Pause,
            // Also where the run ended or waits: a trainer that is there all the same would train for nobody.
            _ => RunCommand.Stop,
        };
        if (command == written) return;
        askedAt = command == RunCommand.Run ? null : askedAt ?? clock.GetTimestamp();
        // Where this fails (a full disk), the signals still come in their time.
        ControlFile.Write(run.Control, command);
        written = command;
    }

    /// <summary>The next, harder measure where its time has come.</summary>
    public void Step(TrainerProcess process, TimeSpan silentFor)
    {
        var tooSilent = options.EndSilentAfter > TimeSpan.Zero && silentFor > options.EndSilentAfter;
        if (terminatedAt is null && (tooSilent || Elapsed(askedAt) > options.TerminateAfter))
        {
            Forced = tooSilent ? $"no sign of life for {silentFor.TotalMinutes:0.#} min" : null;
            process.TryTerminate();
            terminatedAt = clock.GetTimestamp();
        }
        if (killed || Elapsed(terminatedAt) <= options.KillAfter) return;
        Forced ??= $"it did not end within {(options.TerminateAfter + options.KillAfter).TotalSeconds:0} s";
        killed = process.TryKill();
    }

    private TimeSpan Elapsed(long? since) => since is { } at ? clock.GetElapsedTime(at) : TimeSpan.MinValue;
}
