using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Leads one attempt of a run from its trainer's start, or its re-adoption, to the state that follows it. Cancelling lets go of
/// the trainer and never stops it.
/// </summary>
internal sealed partial class RunSupervisor(SupervisionParts parts, ILogger<RunSupervisor> log)
{
    /// <summary>Of an attempt that another studio started it is not known where in the log its words begin: its last ones are near the end.</summary>
    private const int AdoptedLogBytes = 2_048;

    /// <summary>Starts the trainer of a run that was just picked, and stays with it until the run is settled.</summary>
    public async Task StartAsync(long runId, TrainingDevice device, CancellationToken detach)
    {
        using var active = parts.ActiveRuns.Enter(runId);
        var folder = parts.Data.Run(runId);
        var logFrom = LogTail.End(folder.Log);
        string? fault = null;
        try
        {
            // Somebody may have pressed stop already: then there is nothing to start. From here on a change of state wakes us.
            if ((await parts.Store.GetAsync(runId, detach)).State == RunState.Starting)
            {
                var run = await parts.Store.UpdateAsync(runId, row => (row.Outcome, row.Failure) = (null, null), detach);
                Prepare(folder, run);
                active.Process = TrainerProcess.Start(folder, parts.Program.LaunchFor(folder, device));
                LogStarted(log, runId, device.Name);
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or RunNotFoundException))
        {
            // A full disk, a program that is not there: the run fails, and no device stays with it.
            LogNotStarted(log, e, runId);
            fault = e is TrainerStartException ? e.Message : $"The trainer could not be started: {e.Message}. Mend the cause, then retry";
        }
        using var watch = new AttemptWatch(parts, active, logFrom, wasStarted: active.Process is not null, fault, log);
        await watch.RunAsync(detach);
    }

    /// <summary>Takes over a run that had a trainer when the last studio ended, whether it still lives or not.</summary>
    public async Task AdoptAsync(long runId, CancellationToken detach)
    {
        using var active = parts.ActiveRuns.Enter(runId);
        var folder = parts.Data.Run(runId);
        active.Process = TrainerProcess.Adopt(folder);
        var state = (await parts.Store.GetAsync(runId, detach)).State;
        var wasStarted = active.Process is not null || state != RunState.Starting || File.Exists(folder.Exit);
        LogAdopted(log, runId, state, active.Process is not null);
        using var watch = new AttemptWatch(parts, active, Math.Max(0, LogTail.End(folder.Log) - AdoptedLogBytes), wasStarted, startFault: null, log);
        await watch.RunAsync(detach);
    }

    private static void Prepare(RunFolder folder, Run run)
    {
        Directory.CreateDirectory(folder.Root);
        if (!File.Exists(folder.Spec)) AtomicFile.WriteText(folder.Spec, JsonSerializer.Serialize(run.ReadSpec(), WireJson.Indented));
        ControlFile.Write(folder.Control, RunCommand.Run);
    }

    [LoggerMessage(LogLevel.Information, "Run {Run}: trainer started on {Device}")]
    private static partial void LogStarted(ILogger log, long run, string device);

    [LoggerMessage(LogLevel.Error, "Run {Run}: its trainer could not be started")]
    private static partial void LogNotStarted(ILogger log, Exception exception, long run);

    [LoggerMessage(LogLevel.Information, "Run {Run} was {State} when the last studio ended; its trainer lives: {Alive}")]
    private static partial void LogAdopted(ILogger log, long run, RunState state, bool alive);
}
