using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>
/// Opens a studio's database and closes it: holds the data folder's lock, applies migrations (with a copy of the old
/// database before), and in the background checks the data after an unclean end and finishes deletions that it cut off.
/// </summary>
public sealed partial class StudioDatabase(DataFolder folder, IStoreEngine engine, IDbContextFactory<StudioContext> contexts, RunRemoval removal, StagedRestore restore, RunTableFill fill, TimeProvider clock, ILogger<StudioDatabase> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource closing = new();
    private RunLock? held;

    /// <summary>The check after an unclean end; completed at once where none was due.</summary>
    public Task<DatabaseCheck> Check { get; private set; } = Task.FromResult(new DatabaseCheck(Due: false, []));

    /// <summary>The rest of deletions that the last end cut off.</summary>
    public Task Purge { get; private set; } = Task.CompletedTask;

    /// <summary>What became of a restore that was staged before this start; null where none was.</summary>
    public string? RestoreReport { get; private set; }

    /// <summary>What runs of an older studio lack in the tables that list them; completed soon where nothing does.</summary>
    public Task Fill { get; private set; } = Task.CompletedTask;

    /// <summary>True between <see cref="OpenAsync"/> and its disposal.</summary>
    public bool IsOpen => held is not null;

    /// <summary>Present while a studio works on the folder; found at start, it tells of an unclean end.</summary>
    private string Marker => folder.Database + ".open";

    /// <exception cref="InvalidInputException">Another studio uses the folder.</exception>
    public async Task OpenAsync(CancellationToken cancellation = default)
    {
        if (held is not null) return;
        folder.Create();
        held = RunLock.TryTake(folder.Lock, TimeSpan.FromSeconds(2)) ?? throw new InvalidInputException("Studio:DataFolder",
            $"Another studio (process {RunLock.ReadHolder(folder.Lock)?.Pid}) uses the data folder {folder.Root}: end it, or name another folder");
        try
        {
            var unclean = File.Exists(Marker) && engine.Exists;
            if (restore.Apply() is { } done)
            {
                RestoreReport = done;
                LogRestore(log, done);
            }
            AtomicFile.WriteText(Marker, clock.GetUtcNow().ToString("O"));
            if (!engine.Prepare()) await MigrateAsync(cancellation);
            if (unclean) Check = Task.Run(() => RunCheck(closing.Token), CancellationToken.None);
            Fill = Task.Run(() => RunFillAsync(closing.Token), CancellationToken.None);
            Purge = Task.Run(() => removal.PurgeAsync(closing.Token), CancellationToken.None);
        }
        catch
        {
            held.Dispose();
            held = null;
            throw;
        }
    }

    /// <summary>Writes a consistent copy of the database while everything works on; returns its path.</summary>
    /// <param name="path">Where to; null: a name with the time in the data folder's backups.</param>
    public Task<string> BackupAsync(string? path = null, CancellationToken cancellation = default)
    {
        var to = path ?? Path.Combine(folder.Backups, $"studio-{clock.GetUtcNow():yyyyMMdd-HHmmss}.db");
        return Task.Run(() =>
        {
            engine.Backup(to);
            return to;
        }, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (held is null) return;
        await closing.CancelAsync();
        await Task.WhenAll(Check, Purge, Fill).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            engine.Close();
            File.Delete(Marker);
        }
        catch (Exception fault) when (StoreFaults.IsDiskFull(fault) || StoreFaults.IsReadOnly(fault))
        {
            // Nothing is lost: the log is played in, and the data checked, at the next start.
            LogNotTidied(log, folder.Root, fault.Message);
        }
        finally
        {
            held.Dispose();
            held = null;
            closing.Dispose();
        }
    }

    private async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellation)).ToList();
        if (pending.Count == 0) return;
        if ((await context.Database.GetAppliedMigrationsAsync(cancellation)).Any())
            LogBackup(log, await BackupAsync(Path.Combine(folder.Backups, $"before-{pending[0]}.db"), cancellation));
        await context.Database.MigrateAsync(cancellation);
    }

    private async Task RunFillAsync(CancellationToken cancellation)
    {
        try
        {
            await fill.FillAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // Tables lack some values of old runs; the next start tries again.
            LogFill(log, exception.Message);
        }
    }

    private DatabaseCheck RunCheck(CancellationToken cancellation)
    {
        try
        {
            var faults = engine.Check(cancellation);
            if (faults.Count == 0) LogSound(log);
            else LogFaults(log, folder.Database, folder.Backups, string.Join("; ", faults.Take(5)));
            return new(Due: true, faults);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogFaults(log, folder.Database, folder.Backups, exception.Message);
            return new(Due: true, [exception.Message]);
        }
    }

    [LoggerMessage(LogLevel.Information, "The database is copied to {Path} before it is brought up to date")]
    private static partial void LogBackup(ILogger log, string path);

    [LoggerMessage(LogLevel.Warning, "{Report}")]
    private static partial void LogRestore(ILogger log, string report);

    [LoggerMessage(LogLevel.Warning, "Some older runs could not be prepared for the table of runs: {Reason}")]
    private static partial void LogFill(ILogger log, string reason);

    [LoggerMessage(LogLevel.Warning, "The database could not be tidied at the end, since {Folder} takes no more: free some space there. Nothing is lost. {Reason}")]
    private static partial void LogNotTidied(ILogger log, string folder, string reason);

    [LoggerMessage(LogLevel.Information, "The last end was unclean; the database was checked and is sound")]
    private static partial void LogSound(ILogger log);

    [LoggerMessage(LogLevel.Error, "The database {Path} is damaged: end the studio and put a copy from {Backups} in its place. {Faults}")]
    private static partial void LogFaults(ILogger log, string path, string backups, string faults);
}

/// <summary>The outcome of a check of the stored data.</summary>
/// <param name="Due">True where the studio had not ended cleanly.</param>
/// <param name="Faults">What was found; empty: the data is sound.</param>
public sealed record DatabaseCheck(bool Due, IReadOnlyList<string> Faults);
