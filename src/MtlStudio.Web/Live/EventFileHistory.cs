using System.Runtime.CompilerServices;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Live;

/// <summary>History from <c>events.jsonl</c>, up to the byte offset that the store has committed.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="committed">A run's committed byte offset, read afresh at each call.</param>
public sealed class EventFileHistory(DataFolder folder, Func<long, CancellationToken, ValueTask<long>> committed) : IRunHistory
{
    private const int BatchEvents = 1_000;

    public async IAsyncEnumerable<IReadOnlyList<RunEvent>> ReadAsync(long runId, long afterSeq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var end = await committed(runId, cancellation);
        var path = folder.Run(runId).Events;
        using var tail = new EventTail(path, afterSeq < 0 ? 0 : OffsetAfter(path, afterSeq, end), afterSeq);
        for (var misses = 0; tail.Offset < end && misses < EventTail.Patience;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (tail.Read(BatchEvents, end: end) is not { } batch)
            {
                misses++;
                continue;
            }
            misses = 0;
            if (batch.Events.Count > 0) yield return batch.Events;
            await Task.Yield();
        }
    }

    /// <summary>The start of a line at or before the first whose number is above <paramref name="seq"/>: a search by halves, since numbers rise.</summary>
    internal static long OffsetAfter(string path, long seq, long end)
    {
        if (!File.Exists(path)) return 0;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        long low = 0, high = Math.Min(end, stream.Length);
        while (high - low > 1 << 16)
        {
            var middle = low + (high - low) / 2;
            if (FirstLineFrom(stream, middle, high) is not { } line) high = middle;
            else if (line.Seq <= seq) low = line.Offset;
            else high = middle;
        }
        return low;
    }

    /// <summary>The first whole line that starts after byte <paramref name="from"/> and before <paramref name="to"/>.</summary>
    private static (long Offset, long Seq)? FirstLineFrom(FileStream stream, long from, long to)
    {
        stream.Position = from;
        for (int value; (value = stream.ReadByte()) != '\n';)
            if (value < 0) return null;
        var offset = stream.Position;
        if (offset >= to) return null;
        using var reader = new StreamReader(stream, leaveOpen: true);
        if (reader.ReadLine() is not { } line) return null;
        try
        {
            return JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact) is { } one ? (offset, one.Seq) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
