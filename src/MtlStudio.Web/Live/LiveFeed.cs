using System.Collections.Immutable;

namespace MtlStudio.Web.Live;

/// <summary>
/// The one way from ingestion to pages and hub, inside the process: each reader has a bounded queue of its own, so that publishing
/// never waits and a slow reader costs nobody else anything. A reader that falls behind gets a <see cref="LiveLag"/> instead.
/// </summary>
public sealed class LiveFeed
{
    /// <summary>Items a reader may fall behind. Batches are shared between readers, not copied.</summary>
    public const int DefaultCapacity = 256;

    private ImmutableArray<LiveSubscription> subscriptions = [];

    /// <summary>Open subscriptions.</summary>
    public int Readers => subscriptions.Length;

    /// <summary>Hands an item to whoever listens to its run, and to all runs. Never waits.</summary>
    public void Publish(LiveItem item)
    {
        foreach (var subscription in subscriptions) subscription.Offer(item);
    }

    /// <summary>What happens to one run from now on. Dispose it to end it.</summary>
    public LiveSubscription Subscribe(long runId, int capacity = DefaultCapacity) => Add(new LiveSubscription(runId, capacity, Remove));

    /// <summary>What happens to any run from now on. Dispose it to end it.</summary>
    public LiveSubscription SubscribeAll(int capacity = DefaultCapacity) => Add(new LiveSubscription(null, capacity, Remove));

    private LiveSubscription Add(LiveSubscription subscription)
    {
        ImmutableInterlocked.Update(ref subscriptions, (all, one) => all.Add(one), subscription);
        return subscription;
    }

    private void Remove(LiveSubscription subscription) =>
        ImmutableInterlocked.Update(ref subscriptions, (all, one) => all.Remove(one), subscription);
}
