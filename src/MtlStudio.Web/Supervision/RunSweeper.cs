using MtlStudio.Core.IO;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Removes what deleted runs left, once the time to undo is over: first their files, one by one, then their rows, in small transactions.
/// What an end of the studio cuts off goes on at the next start.
/// </summary>
public sealed partial class RunSweeper(RunRemoval removal, SupervisionOptions options, DataFolder data, TimeProvider clock, ILogger<RunSweeper> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>Looks after a run that was just deleted: at once where deleting cannot be undone, else in time.</summary>
    internal async Task TakeAsync(long id)
    {
        if (options.UndoDelete <= TimeSpan.Zero) await RemoveAsync(id, CancellationToken.None);
        else if (wake.CurrentCount == 0) wake.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await SweepAsync(stoppingToken);
            Task woken = wake.WaitAsync(pause, stoppingToken);
            await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Removes what is due; returns how long nothing else will be.</summary>
    private async Task<TimeSpan> SweepAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var (id, at) in await removal.MarkedAsync(cancellation))
            {
                // A clock that was set back must not keep a run for as long: no time to undo is longer than the whole.
                if (at + options.UndoDelete - clock.GetUtcNow() is var left && left > TimeSpan.Zero && left <= options.UndoDelete) return left;
                await RemoveAsync(id, cancellation);
            }
            return Timeout.InfiniteTimeSpan;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(log, fault.Message);
            return RetryAfter;
        }
        catch (OperationCanceledException)
        {
            return TimeSpan.Zero;
        }
    }

    private async Task RemoveAsync(long id, CancellationToken cancellation)
    {
        await Task.Run(() => RemoveFiles(data.Run(id).Root, cancellation), cancellation);
        await removal.DeleteAsync(id, cancellation);
    }

    private static void RemoveFiles(string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            cancellation.ThrowIfCancellationRequested();
            File.Delete(file);
        }
        Directory.Delete(folder, recursive: true);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "A deleted run's files or rows could not be removed yet: {Reason}. It is tried again in a minute.")]
    private static partial void LogFault(ILogger log, string reason);
}
