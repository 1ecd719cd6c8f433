using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MtlStudio.Core.IO;

/// <summary>Files and folders that appear whole or not at all: temporary name, fsync, rename, fsync of the folder.</summary>
public static partial class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Replaces <paramref name="path"/> by <paramref name="text"/> (UTF-8, no byte order mark).</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Utf8.GetBytes(text)));

    /// <summary>Replaces <paramref name="path"/> by what <paramref name="write"/> puts into the stream; on an exception the old file stands.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Renames a finished folder into place. Its files must have been flushed; the folders' entries are flushed here.</summary>
    public static void PublishFolder(string temporary, string final)
    {
        SyncFolder(temporary);
        Directory.Move(temporary, final);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(final))!);
    }

    /// <summary>Makes renames inside <paramref name="folder"/> durable (a folder is a file to fsync on Unix; elsewhere nothing is needed).</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0 /* O_RDONLY */);
        if (descriptor < 0) return;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        _ = FSync(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);
}
