using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>Who uses a data folder: written beside the lock for people and programs to read (`mtl` finds the studio by it).</summary>
public sealed record DataFolderHolder
{
    public int ProcessId { get; init; }
    public string Machine { get; init; } = "";
    /// <summary>UTC, milliseconds since 1970.</summary>
    public long StartedAt { get; init; }
    public IReadOnlyList<string> Addresses { get; init; } = [];
}

/// <summary>One studio a data folder: an exclusive lock on the folder's lock file, held from before the database is opened to the end of the process.</summary>
public sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _holderFile;
    private DataFolderHolder _holder;

    private DataFolderLock(FileStream stream, DataFolder folder, DataFolderHolder holder)
    {
        (_lock, Folder, _holder) = (stream, folder, holder);
        _holderFile = HolderFile(folder);
        Write();
    }

    public DataFolder Folder { get; }

    /// <summary>Makes the folder where it is absent and takes its lock.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be made or written, or another studio holds it.</exception>
    public static DataFolderLock Take(DataFolder folder, TimeProvider clock)
    {
        try
        {
            folder.Create();
            // FileShare.None is flock(LOCK_EX) on Unix; the system drops it with the process, however that ends.
            var stream = new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolderLock(stream, folder, new DataFolderHolder
            {
                ProcessId = Environment.ProcessId,
                Machine = Environment.MachineName,
                StartedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            });
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidInputException("Studio:DataFolder", $"{folder.Root} cannot be written by this user: give another with --Studio:DataFolder=DIR, or change its rights");
        }
        catch (IOException fault)
        {
            throw new InvalidInputException("Studio:DataFolder", ReadHolder(folder) is { } holder
                ? $"{folder.Root} is in use by the studio of process {holder.ProcessId} on {holder.Machine}{At(holder)}: end that one, or give another folder with --Studio:DataFolder=DIR"
                : $"{folder.Root} cannot be used ({fault.Message}): give another folder with --Studio:DataFolder=DIR");
        }
    }

    /// <summary>Says where the studio answers, once it does.</summary>
    public void Announce(IReadOnlyList<string> addresses)
    {
        _holder = _holder with { Addresses = addresses };
        Write();
    }

    /// <summary>The holder's own words, or null where nobody left any.</summary>
    public static DataFolderHolder? ReadHolder(DataFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<DataFolderHolder>(File.ReadAllText(HolderFile(folder)), WireJson.Compact);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_lock.CanRead) return;
        File.Delete(_holderFile);
        _lock.Dispose();
    }

    private void Write() => AtomicFile.WriteText(_holderFile, JsonSerializer.Serialize(_holder, WireJson.Indented));

    private static string HolderFile(DataFolder folder) => Path.Combine(folder.Root, "studio.json");

    private static string At(DataFolderHolder holder) => holder.Addresses.Count == 0 ? "" : $" ({holder.Addresses[0]})";
}
