using System.Text.Json;
using Hangfire;
using MtlStudio.Core.Exports;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision.Exports;

/// <summary>Writes one export by the trainer, and notes how it went.</summary>
internal sealed partial class ExportJob(RunStore runs, ExportReferences references, DataFolder data, ActiveExports active, TrainerProgram program, SupervisionLifetime lifetime, TimeProvider clock, ILogger<ExportJob> log)
{
    /// <summary>What a disk must have beyond the export itself: the studio's own files need some.</summary>
    private const long Spare = 32 << 20;

    [AutomaticRetry(Attempts = 0)]
    public async Task RunAsync(long id, string name)
    {
        var run = data.Run(id);
        try
        {
            if (active.Token(id, name) is not { } cancelled || ExportFolder.Read(run, name) is not { State: ExportState.Queued } record) return;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancelled, lifetime.Detach);
            record = record with { State = ExportState.Running, StartedAt = Now };
            ExportFolder.Write(run, record);
            var fault = await FaultOfAsync(id, run, record, ending.Token);
            ExportFolder.Write(run, record with { State = fault is null ? ExportState.Done : ExportState.Failed, EndedAt = Now, Message = fault });
        }
        catch (OperationCanceledException)
        {
            // Deleted, or the studio ends: its record then says so itself.
        }
        catch (Exception fault)
        {
            LogFailed(log, fault, name, id);
            Note(run, name, $"The studio could not write it ({fault.Message.TrimEnd('.')}): its log says more");
        }
        finally
        {
            await LeaveNothingOfADeletedRunAsync(id, run);
            active.Remove(id, name);
        }
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Null where the export stands, else what went wrong and what cures it.</summary>
    private async Task<string?> FaultOfAsync(long id, RunFolder run, ExportRecord record, CancellationToken cancellation)
    {
        if (FreeBytes(run) is { } free && free < record.ExpectedBytes + Spare)
            return $"It needs about {Charts.Format.Bytes(record.ExpectedBytes)}, and the disk of the data folder has {Charts.Format.Bytes(free)} left: free some space, then export again";
        var beside = ExportFolder.References(run, record.Name);
        AtomicFile.WriteText(beside, JsonSerializer.Serialize(await references.OfAsync(await runs.GetAsync(id, cancellation), record.Step, cancellation), WireJson.Compact));
        try
        {
            string[] arguments = ["export", "--dir", run.Root, "--checkpoint", $"{record.Step}", "--out", ExportFolder.PathOf(run, record.Name), "--references", beside, "--data", data.Root, "--device", "cpu"];
            var outcome = await TrainerCall.RunAsync(program.CallFor(record.Form == ExportForms.Merged ? [.. arguments, "--merged"] : arguments), cancellation);
            return outcome.Code == ExitCodes.Done ? null : outcome.Fault;
        }
        catch (OperationCanceledException)
        {
            ExportFolder.RemoveFiles(run, record.Name);
            throw;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static long? FreeBytes(RunFolder run)
    {
        try
        {
            return new DriveInfo(run.Root).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null; // a file system that does not say
        }
    }

    private void Note(RunFolder run, string name, string message)
    {
        try
        {
            if (ExportFolder.Read(run, name) is { } record) ExportFolder.Write(run, record with { State = ExportState.Failed, EndedAt = Now, Message = message });
        }
        catch (IOException)
        {
            // The disk is full: what is not active any more reads as cut short.
        }
    }

    private async Task LeaveNothingOfADeletedRunAsync(long id, RunFolder run)
    {
        if (await runs.FindOrNullAsync(id) is null && Directory.Exists(run.Root)) Directory.Delete(run.Root, recursive: true);
    }

    [LoggerMessage(LogLevel.Error, "The export {Name} of run {Run} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string name, long run);
}
