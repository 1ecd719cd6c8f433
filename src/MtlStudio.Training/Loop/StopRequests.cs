using System.Runtime.InteropServices;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>Whether somebody wants the run to end: SIGTERM or Ctrl-C, or the control file. Asked at each step.</summary>
public sealed class StopRequests : IDisposable
{
    private readonly ControlFile control;
    private readonly string controlPath;
    private readonly List<PosixSignalRegistration> signals = [];
    private volatile bool signalled;

    public StopRequests(RunFolder folder)
    {
        controlPath = folder.Control;
        control = new(controlPath);
    }

    /// <summary>Turns SIGTERM and SIGINT into a graceful stop; a second one ends the process as usual.</summary>
    public StopRequests WithSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
            signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = !signalled;
                signalled = true;
            }));
        return this;
    }

    /// <summary>Asks for a stop from within the process.</summary>
    public void Stop() => signalled = true;

    /// <summary>"stopped" or "paused" where the run shall end, else null.</summary>
    public string? Asked()
    {
        if (signalled) return RunOutcomes.Stopped;
        return control.Read() switch
        {
            RunCommand.Stop => RunOutcomes.Stopped,
            RunCommand.Pause => RunOutcomes.Paused,
            _ => null,
        };
    }

    /// <summary>Takes a command that was obeyed out of the control file, so that a later resume does not end at once.</summary>
    public void Obeyed()
    {
        if (control.Read() != RunCommand.Run) ControlFile.Write(controlPath, RunCommand.Run);
    }

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
    }
}

/// <summary>The words of <see cref="EndedEvent.Outcome"/>.</summary>
public static class RunOutcomes
{
    public const string Finished = "finished";
    public const string Stopped = "stopped";
    public const string Paused = "paused";
    public const string Failed = "failed";
}
