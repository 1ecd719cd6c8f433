using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>A copy of the database that the studio can go back to.</summary>
/// <param name="Name">Its file's name under the data folder's backups.</param>
/// <param name="Time">When it was written.</param>
public sealed record BackupFile(string Name, long Bytes, DateTimeOffset Time);

/// <summary>A restore that is done at the next start.</summary>
/// <param name="Backup">The file's name.</param>
/// <param name="LaterRuns">Runs launched after the copy was made: they go out of the lists, and their folders are set aside.</param>
public sealed record RestorePlan(string Backup, DateTimeOffset BackupTime, int Runs, IReadOnlyList<long> LaterRuns)
{
    /// <summary>What will happen, in words.</summary>
    public string Statement =>
        $"At the next start the database goes back to {Backup} of {BackupTime.UtcDateTime:yyyy-MM-dd HH:mm} UTC, with its {Runs:#,0} {(Runs == 1 ? "run" : "runs")}. The present database is kept as a backup. "
        + (LaterRuns.Count == 0 ? "No run was launched since. " : $"{LaterRuns.Count:#,0} {(LaterRuns.Count == 1 ? "run" : "runs")} launched since will not be listed; {(LaterRuns.Count == 1 ? "its files are" : "their files are")} kept under set-aside. ")
        + "Datasets and models are files of their own and stay.";
}

/// <summary>
/// Backups of the database, and going back to one. A database that is in use is not exchanged: the copy is checked and staged, and takes
/// the database's place when the studio is next started.
/// </summary>
public sealed class StagedRestore(DataFolder folder, IStoreEngine engine, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    private string Copy => Path.Combine(folder.Root, "restore.db");
    private string Note => Path.Combine(folder.Root, "restore.json");

    /// <summary>Every backup of the data folder, the newest first.</summary>
    public IReadOnlyList<BackupFile> List() => !Directory.Exists(folder.Backups) ? [] :
    [
        .. new DirectoryInfo(folder.Backups).EnumerateFiles("*.db").Select(file => new BackupFile(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)))
            .OrderByDescending(file => file.Time).ThenBy(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>A backup's full path.</summary>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public string PathOf(string name) => List().Any(file => file.Name == name) ? Path.Combine(folder.Backups, name)
        : throw new InvalidInputException("name", $"There is no backup \"{name}\": choose among those in {folder.Backups}");

    /// <summary>The restore that waits for the next start; null where none does.</summary>
    public RestorePlan? Staged => File.Exists(Copy) && File.Exists(Note) ? JsonSerializer.Deserialize<RestorePlan>(File.ReadAllText(Note), WireJson.Compact) : null;

    /// <summary>Checks a backup and stages it for the next start. Nothing changes until then, and <see cref="Cancel"/> takes it back.</summary>
    /// <exception cref="InvalidInputException">There is no such backup, it is damaged, or a newer studio wrote it.</exception>
    public async Task<RestorePlan> StageAsync(string name, CancellationToken cancellation = default)
    {
        var path = PathOf(name);
        var copy = await Task.Run(() => engine.Inspect(path, cancellation), cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (copy.Faults.Count > 0) throw new InvalidInputException("name", $"The backup {name} is damaged ({copy.Faults[0]}): choose another");
        if (copy.Migrations.Except(context.Database.GetMigrations()).FirstOrDefault() is { } newer)
            throw new InvalidInputException("name", $"The backup {name} was written by a newer studio ({newer}): update MtlStudio first");
        var later = await context.Runs.Where(run => run.Id > copy.LastRun).OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(cancellation);
        var plan = new RestorePlan(name, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero), copy.Runs, later);
        await Task.Run(() =>
        {
            AtomicFile.Write(Copy, stream =>
            {
                using var source = File.OpenRead(path);
                source.CopyTo(stream);
            });
            // The note last: without it nothing is staged.
            AtomicFile.WriteText(Note, JsonSerializer.Serialize(plan, WireJson.Indented));
        }, cancellation);
        return plan;
    }

    /// <summary>Takes a staged restore back.</summary>
    public void Cancel()
    {
        File.Delete(Note);
        File.Delete(Copy);
    }

    /// <summary>
    /// Puts the staged copy in the database's place; the caller holds the data folder's lock and no connection is open. A crash at any
    /// point is mended by the next call. Gives what was done, or why it has to wait; null where nothing is staged.
    /// </summary>
    internal string? Apply()
    {
        if (Staged is not { } plan) return null;
        var later = LaterFolders(engine.Inspect(Copy, CancellationToken.None).LastRun);
        if (later.FirstOrDefault(run => RunLock.IsHeld(run.Lock)) is { } busy)
            return $"The restore of {plan.Backup} waits: {Path.GetFileName(busy.Root)}, a run launched after it, is still training. Stop that run, then start the studio again";
        var stamp = clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture);
        if (engine.Exists) engine.Backup(Path.Combine(folder.Backups, $"before-restore-{stamp}.db"));
        var aside = Path.Combine(folder.Root, "set-aside", stamp);
        foreach (var run in later)
        {
            Directory.CreateDirectory(aside);
            Directory.Move(run.Root, Path.Combine(aside, Path.GetFileName(run.Root)));
        }
        engine.Replace(Copy);
        File.Delete(Note);
        return $"The database was put back to {plan.Backup}; what stood before is {Path.Combine(folder.Backups, $"before-restore-{stamp}.db")}";
    }

    // A new run gets the number of one that is gone, and must not find its files.
    private List<RunFolder> LaterFolders(long lastRun) => !Directory.Exists(folder.Runs) ? [] :
    [
        .. Directory.EnumerateDirectories(folder.Runs).Where(path => long.TryParse(Path.GetFileName(path), out var id) && id > lastRun).Select(path => new RunFolder(path)),
    ];
}
