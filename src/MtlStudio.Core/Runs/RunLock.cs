using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace MtlStudio.Core.Runs;

/// <summary>
/// The exclusive lock on <see cref="RunFolder.Lock"/> that a trainer holds for its life; the file names the holder. The
/// lock is flock(2) on Unix, so it goes with the process however it dies, and can be read while it is held.
/// </summary>
public sealed partial class RunLock : IDisposable
{
    private const int LockExclusive = 2, LockNonBlocking = 4;
    private readonly FileStream file;

    private RunLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock and writes this process's identity into the file; null where another holds it for longer than
    /// <paramref name="patience"/> (a watcher that looks whether it is held holds it for a moment: allow a second or two).</summary>
    public static RunLock? TryTake(string path, TimeSpan patience)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)(patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        using var wait = new ManualResetEventSlim();
        while (true)
        {
            if (TryOpenLocked(path) is { } stream)
            {
                stream.SetLength(0);
                JsonSerializer.Serialize(stream, ProcessIdentity.Current(), WireJson.Compact);
                stream.Flush(flushToDisk: true);
                return new RunLock(stream);
            }
            if (TimeProvider.System.GetTimestamp() >= until) return null;
            wait.Wait(20);
        }
    }

    /// <summary>True while some process holds the lock. False where the file is absent.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path)) return false;
        using var stream = TryOpenLocked(path);
        return stream is null;
    }

    /// <summary>The process that holds or last held the lock, as it wrote; null where the file is absent or not (wholly) written.</summary>
    public static ProcessIdentity? ReadHolder(string path)
    {
        try
        {
            // A plain .NET open takes a shared flock itself and fails where the lock is held.
            using var handle = OpenRaw(path, writable: false);
            if (handle is null) return null;
            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 1);
            return JsonSerializer.Deserialize<ProcessIdentity>(stream, WireJson.Compact);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();

    private static FileStream? TryOpenLocked(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
            }
            catch (IOException)
            {
                return null;
            }
        }
        var handle = OpenRaw(path, writable: true) ?? throw new IOException($"Cannot open {path} to lock it (errno {Marshal.GetLastPInvokeError()})");
        if (FLock(handle, LockExclusive | LockNonBlocking) == 0) return new FileStream(handle, FileAccess.ReadWrite, bufferSize: 1);
        handle.Dispose();
        return null;
    }

    private static SafeFileHandle? OpenRaw(string path, bool writable)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // open(2) takes its mode as a variadic argument, which a plain P/Invoke passes wrongly on Apple silicon: create first.
        if (writable && !OperatingSystem.IsLinux() && !File.Exists(path))
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        var flags = OperatingSystem.IsLinux() ? 0x80000 /* O_CLOEXEC */ | (writable ? 0x42 /* O_RDWR|O_CREAT */ : 0)
            : 0x1000000 /* O_CLOEXEC */ | (writable ? 2 /* O_RDWR */ : 0);
        var descriptor = Open(path, flags, 0x1A4 /* rw-r--r-- */);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle descriptor, int operation);
}
