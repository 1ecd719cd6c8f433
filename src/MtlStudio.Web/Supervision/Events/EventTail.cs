using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Follows one <c>events.jsonl</c> from a byte offset: complete lines only, in bounded batches. Nothing of an incomplete line is
/// kept between reads, since a resumed trainer cuts a torn last line and writes another in its place. Not thread-safe.
/// </summary>
public sealed class EventTail(string path, long offset, long afterSeq) : IDisposable
{
    /// <summary>A line that does not parse may be a torn one that is being replaced: it is read afresh so often before it counts as unreadable.</summary>
    internal const int Patience = 4;
    private const int LongestLine = 256 << 20;

    private SafeFileHandle? handle;
    private byte[] buffer = new byte[1 << 16];
    private int failures;

    /// <summary>Bytes of the file whose lines have been handed out.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The highest sequence number handed out; lines up to it are passed over.</summary>
    public long LastSeq { get; private set; } = afterSeq;

    /// <summary>The next complete lines, at most <paramref name="maxEvents"/> and about <paramref name="maxBytes"/>; null where there are none yet.</summary>
    /// <param name="end">Reads no further than this byte offset.</param>
    /// <exception cref="InvalidDataException">A line is longer than 256 MiB.</exception>
    public EventBatch? Read(int maxEvents = 2_000, int maxBytes = 1 << 20, long end = long.MaxValue)
    {
        if (!TryOpen()) return null;
        var length = Math.Min(RandomAccess.GetLength(handle!), end);
        // Never cut by a trainer below what was committed; a file put back by hand is read again, without repeating events.
        if (length < Offset && end == long.MaxValue) Offset = 0;
        var available = length - Offset;
        if (available <= 0) return null;

        var wanted = (int)Math.Min(available, maxBytes);
        while (true)
        {
            if (buffer.Length < wanted) buffer = new byte[wanted];
            var read = ReadFully(buffer.AsSpan(0, wanted));
            var complete = buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            if (complete > 0) return Parse(buffer.AsSpan(0, complete), maxEvents);
            if (wanted >= available || read < wanted) return null;
            if (wanted >= LongestLine) throw new InvalidDataException($"{path} has a line longer than {LongestLine >> 20} MiB at byte {Offset}: the file is damaged");
            wanted = (int)Math.Min(Math.Min(available, LongestLine), wanted * 2L);
        }
    }

    /// <summary>Makes what was read durable (fsync), so that a committed offset never lies beyond the file after a power cut.</summary>
    public void FlushToDisk()
    {
        if (handle is not null) RandomAccess.FlushToDisk(handle);
    }

    public void Dispose() => handle?.Dispose();

    private EventBatch? Parse(ReadOnlySpan<byte> bytes, int maxEvents)
    {
        var events = new List<RunEvent>();
        List<long> unreadable = [];
        var from = Offset;
        var consumed = 0;
        while (consumed < bytes.Length && events.Count < maxEvents)
        {
            var line = bytes[consumed..];
            line = line[..line.IndexOf((byte)'\n')];
            if (!line.IsEmpty)
            {
                if (ParseLine(line) is { } one)
                {
                    if (one.Seq > LastSeq)
                    {
                        events.Add(one);
                        LastSeq = one.Seq;
                    }
                }
                else if (consumed > 0) break; // hand out what is good; look at this line afresh next time
                else if (++failures < Patience) return null;
                else unreadable.Add(from);
                failures = 0;
            }
            consumed += line.Length + 1;
        }
        Offset = from + consumed;
        return consumed == 0 ? null : new EventBatch(events, from, Offset, unreadable);
    }

    private static RunEvent? ParseLine(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private int ReadFully(Span<byte> span)
    {
        var total = 0;
        while (total < span.Length)
        {
            var read = RandomAccess.Read(handle!, span[total..], Offset + total);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    private bool TryOpen()
    {
        if (handle is not null) return true;
        try
        {
            // Windows flushes only what it may write to.
            var access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
            handle = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
