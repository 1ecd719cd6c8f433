using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// The trainer of one run, started by this studio or by one before it. What is known of it comes from the run's folder: who
/// holds the locks, and which exit code the wrapper left. Untested on Windows and macOS, where no wrapper is used and a
/// missing exit file means that the trainer died.
/// </summary>
public sealed class TrainerProcess : IDisposable
{
    private readonly RunFolder run;
    private readonly Process? child;

    private TrainerProcess(RunFolder run, Process? child) => (this.run, this.child) = (run, child);

    /// <summary>Starts an attempt. What an earlier one left as its exit code goes.</summary>
    /// <exception cref="TrainerStartException">The operating system refused; the message says what to do.</exception>
    public static TrainerProcess Start(RunFolder run, TrainerLaunch launch)
    {
        if (IsAnyoneThere(run)) throw new TrainerStartException($"A trainer is already at work in {run.Root}: it must end first");
        ForgetExitCode(run);
        var start = TrainerWrapper.IsUsed ? TrainerWrapper.StartInfo(run, launch) : new ProcessStartInfo(launch.FileName, launch.Arguments);
        start.WorkingDirectory = run.Root;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        try
        {
            return new TrainerProcess(run, Process.Start(start));
        }
        catch (Win32Exception e)
        {
            throw new TrainerStartException($"\"{start.FileName}\" cannot be started in {run.Root}: {e.Message}. "
                + (TrainerWrapper.IsUsed ? "The studio needs setsid, flock (util-linux) and sh" : "Is the trainer there?"), e);
        }
    }

    /// <summary>The trainer at work in <paramref name="run"/>, whoever started it; null where there is none.</summary>
    public static TrainerProcess? Adopt(RunFolder run) => IsAnyoneThere(run) ? new TrainerProcess(run, null) : null;

    /// <summary>The trainer itself, if it holds its lock and lives.</summary>
    public ProcessIdentity? Trainer => LivingHolder(run.Lock);

    /// <summary>False once trainer and wrapper are gone: then nothing is appended any more and the exit code stands, if there is one.</summary>
    public bool IsAlive() => child is { HasExited: false } || IsAnyoneThere(run);

    /// <summary>The attempt's exit code (128 + signal for a killed trainer); null where the wrapper could not leave one.</summary>
    public static int? ExitCode(RunFolder run)
    {
        try
        {
            return int.TryParse(File.ReadAllText(run.Exit).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes what an attempt left, so that it is never taken for the result of the next one.</summary>
    public static void ForgetExitCode(RunFolder run)
    {
        if (File.Exists(run.Exit)) File.Delete(run.Exit);
    }

    /// <summary>Asks the trainer to save a checkpoint and end (SIGTERM). False where it cannot be asked.</summary>
    public bool TryTerminate() => Trainer is { } trainer && Signals.TrySendTerminate(trainer);

    /// <summary>Ends the trainer at once (SIGKILL); where it has not taken its lock yet, the wrapper and all it started.</summary>
    public bool TryKill()
    {
        if (Trainer is { } trainer) return Signals.TrySendKill(trainer);
        if (LivingHolder(TrainerWrapper.LockOf(run)) is { } wrapper) return Signals.TrySendKillToGroup(wrapper);
        if (child is not { HasExited: false }) return false;
        child.Kill(entireProcessTree: true);
        return true;
    }

    /// <summary>Lets go of the process, which lives on.</summary>
    public void Dispose() => child?.Dispose();

    // The identities cost two small reads; the locks are tried only where those name nobody, since trying holds them for a moment.
    private static bool IsAnyoneThere(RunFolder run) =>
        LivingHolder(run.Lock) is not null || LivingHolder(TrainerWrapper.LockOf(run)) is not null
        || RunLock.IsHeld(TrainerWrapper.LockOf(run)) || RunLock.IsHeld(run.Lock);

    private static ProcessIdentity? LivingHolder(string path) => RunLock.ReadHolder(path) is { } holder && holder.IsAlive() ? holder : null;
}
