using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>One run's way from its event file into the store and then to the feed. What cannot be stored waits in the file.</summary>
internal sealed class EventIngestor(long runId, string path, RunIngest ingest, LiveFeed feed) : IDisposable
{
    private EventTail? tail;

    /// <summary>True once something was read.</summary>
    public bool Any { get; private set; }

    /// <summary>Byte offsets of lines that are no events, met so far.</summary>
    public List<long> Unreadable { get; } = [];

    /// <summary>Stores and publishes the next batch; gives the events that were new, or null where there is nothing to read yet. After an exception the next call begins at what is stored.</summary>
    public async Task<IReadOnlyList<RunEvent>?> NextAsync(CancellationToken cancellation)
    {
        if (tail is null)
        {
            var position = await ingest.PositionAsync(runId, cancellation);
            tail = new EventTail(path, position.Offset, position.Seq);
        }
        try
        {
            if (tail.Read() is not { } batch) return null;
            tail.FlushToDisk();
            var result = await ingest.ApplyAsync(runId, batch.Events, batch.ToOffset, cancellation);
            Any = true;
            Unreadable.AddRange(batch.Unreadable);
            if (result.Applied.Count > 0) feed.Publish(new LiveEvents(runId, result.Applied));
            return result.Applied;
        }
        catch
        {
            tail.Dispose();
            tail = null;
            throw;
        }
    }

    public void Dispose() => tail?.Dispose();
}
