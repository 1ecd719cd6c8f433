using Microsoft.Win32.SafeHandles;

namespace MtlStudio.Core.Datasets;

/// <summary>The lines of a file as bytes, in order or by number. Many threads may read at once.</summary>
internal sealed class JsonlFile : IDisposable
{
    private const int BufferSize = 1 << 17;

    private readonly SafeFileHandle handle;
    private readonly long length;
    private readonly Lazy<long[]> offsets;

    public JsonlFile(string path)
    {
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        length = RandomAccess.GetLength(handle);
        offsets = new Lazy<long[]>(FindLines);
    }

    /// <summary>Each line with its line feed; a line is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Lines()
    {
        var buffer = new byte[BufferSize];
        int start = 0, end = 0;
        var position = 0L;
        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                yield return buffer.AsMemory(start, found + 1);
                start += found + 1;
                continue;
            }
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = RandomAccess.Read(handle, buffer.AsSpan(end), position);
            if (read == 0) break;
            position += read;
            end += read;
        }
        if (end > start) yield return buffer.AsMemory(start, end - start);
    }

    /// <summary>Line <paramref name="index"/>, 0-based. The first call finds where each line starts (8 bytes a line are kept).</summary>
    public ReadOnlyMemory<byte> Line(int index)
    {
        var starts = offsets.Value;
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, starts.Length - 1);
        var line = new byte[starts[index + 1] - starts[index]];
        var done = 0;
        while (done < line.Length)
        {
            var read = RandomAccess.Read(handle, line.AsSpan(done), starts[index] + done);
            if (read == 0) throw new EndOfStreamException("The dataset's file is shorter than it was when it was opened");
            done += read;
        }
        return line;
    }

    /// <summary>The offset of each line, and the file's length.</summary>
    private long[] FindLines()
    {
        var starts = new List<long> { 0 };
        var buffer = new byte[BufferSize];
        var position = 0L;
        while (RandomAccess.Read(handle, buffer, position) is > 0 and var read)
        {
            for (var at = 0; buffer.AsSpan(at, read - at).IndexOf((byte)'\n') is >= 0 and var found;)
            {
                at += found + 1;
                starts.Add(position + at);
            }
            position += read;
        }
        if (starts[^1] != length) starts.Add(length);
        return [.. starts];
    }

    public void Dispose() => handle.Dispose();
}
