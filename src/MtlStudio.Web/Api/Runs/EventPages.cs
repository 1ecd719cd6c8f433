using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Pages of a run's events.jsonl, up to what the store has taken in: what a page shows and what a chart shows are of one moment.</summary>
public sealed class EventPages(DataFolder data, RunReader reader)
{
    public const int MaxTake = 5000;
    /// <summary>A page ends early beyond so many bytes of events.</summary>
    private const long MaxBytes = 8 << 20;

    /// <exception cref="InvalidInputException"><paramref name="after"/> or <paramref name="take"/> is out of range.</exception>
    public async Task<ApiSlice<JsonElement>> ReadAsync(Run run, long after, int take, CancellationToken cancellation)
    {
        Check(after, take);
        var path = data.Run(run.Id).Events;
        if (after >= run.IngestSeq || !File.Exists(path)) return new([], after, false);
        var offset = await reader.OffsetBeforeAsync(run.Id, after, cancellation);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan | FileOptions.Asynchronous);
        file.Seek(offset, SeekOrigin.Begin);
        using var lines = new StreamReader(file, Encoding.UTF8, false, 1 << 16);
        var items = new List<JsonElement>();
        var (last, bytes, at) = (after, 0L, offset);
        while (items.Count < take && bytes < MaxBytes && at < run.IngestOffset && await lines.ReadLineAsync(cancellation) is { } line)
        {
            var length = Encoding.UTF8.GetByteCount(line) + 1;
            at += length;
            var item = JsonElement.Parse(line);
            var seq = item.GetProperty("seq").GetInt64();
            if (seq <= after) continue;
            items.Add(item);
            (last, bytes) = (seq, bytes + length);
        }
        return new(items, last, last < run.IngestSeq);
    }

    private static void Check(long after, int take)
    {
        var errors = new List<FieldError>();
        if (after < 0) errors.Add(new("after", $"After must be at least 0 (you gave {after})"));
        if (take is < 1 or > MaxTake) errors.Add(new("take", $"Take must be from 1 to {MaxTake} (you gave {take})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }
}
