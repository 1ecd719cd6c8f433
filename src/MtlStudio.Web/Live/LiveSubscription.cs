using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MtlStudio.Web.Live;

/// <summary>One reader's place in the feed. Read by one reader at a time.</summary>
public sealed class LiveSubscription : IDisposable
{
    private readonly Lock gate = new();
    private readonly Channel<LiveItem> queue;
    private readonly Action<LiveSubscription> remove;
    private bool lagging;
    private long lagFrom;

    internal LiveSubscription(long? runId, int capacity, Action<LiveSubscription> remove)
    {
        RunId = runId;
        this.remove = remove;
        queue = Channel.CreateBounded<LiveItem>(new BoundedChannelOptions(capacity) { SingleReader = true, AllowSynchronousContinuations = false });
    }

    /// <summary>The run followed; null for all.</summary>
    public long? RunId { get; }

    /// <summary>Items in order. Where this reader fell behind, a <see cref="LiveLag"/> stands in the place of what was left out. Ends when the subscription is disposed.</summary>
    public async IAsyncEnumerable<LiveItem> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        do
        {
            while (queue.Reader.TryRead(out var item)) yield return item;
            if (TakeLag() is { } lag) yield return lag;
        }
        while (await queue.Reader.WaitToReadAsync(cancellation));
    }

    /// <summary>Puts the item in the queue, or notes that the reader lags where the queue is full.</summary>
    internal void Offer(LiveItem item)
    {
        if (RunId is { } run && run != RunOf(item)) return;
        lock (gate)
        {
            if (!lagging && queue.Writer.TryWrite(item)) return;
            // Once something is left out nothing follows it until the reader knows: the stream has no silent hole.
            var first = item is LiveEvents events ? events.FirstSeq : 0;
            if (!lagging || lagFrom == 0) lagFrom = first;
            lagging = true;
        }
    }

    public void Dispose()
    {
        remove(this);
        queue.Writer.TryComplete();
    }

    private LiveLag? TakeLag()
    {
        lock (gate)
        {
            if (!lagging || queue.Reader.Count > 0) return null;
            lagging = false;
            return new LiveLag(RunId, RunId is null ? 0 : lagFrom);
        }
    }

    private static long RunOf(LiveItem item) => item switch
    {
        LiveEvents events => events.RunId,
        LiveChange change => change.RunId,
        _ => throw new ArgumentException($"{item.GetType().Name} is made by the feed, not published", nameof(item)),
    };
}
