using MtlStudio.Core.Runs;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Tests.Live;

public sealed class LiveFeedTests
{
    [Fact]
    public async Task Subscribe_GetsItsOwnRunOnly_AndSubscribeAllEveryRun()
    {
        var feed = new LiveFeed();
        using var one = feed.Subscribe(1);
        using var all = feed.SubscribeAll();
        feed.Publish(Batch(1, 0, 2));
        feed.Publish(Batch(2, 0, 1));
        feed.Publish(new LiveChange(1, RunState.Paused, "asked"));
        Assert.Equal([Batch(1, 0, 2), new LiveChange(1, RunState.Paused, "asked")], await Take(one, 2), Same);
        Assert.Equal(3, (await Take(all, 3)).Count);
    }

    [Fact]
    public async Task ReadAll_TellsWhereItLags_AndLosesNothingBeforeOrAfter()
    {
        var feed = new LiveFeed();
        using var slow = feed.Subscribe(1, capacity: 2);
        using var quick = feed.Subscribe(1, capacity: 100);
        for (var seq = 0; seq < 10; seq += 2) feed.Publish(Batch(1, seq, 2));
        Assert.Equal([Batch(1, 0, 2), Batch(1, 2, 2), new LiveLag(1, 4)], await Take(slow, 3), Same);
        feed.Publish(Batch(1, 10, 2));
        Assert.Equal([Batch(1, 10, 2)], await Take(slow, 1), Same);
        Assert.Equal(6, (await Take(quick, 6)).Count);
    }

    [Fact]
    public async Task Lag_NamesTheFirstLostNumber_WhenAChangeWasLostBeforeIt()
    {
        var feed = new LiveFeed();
        using var slow = feed.Subscribe(1, capacity: 1);
        feed.Publish(Batch(1, 0, 1));
        feed.Publish(new LiveChange(1, RunState.Running, null));
        feed.Publish(Batch(1, 1, 1));
        feed.Publish(Batch(1, 2, 1));
        Assert.Equal(new LiveLag(1, 1), (await Take(slow, 2))[1]);
    }

    [Fact]
    public async Task Dispose_EndsTheReader_AndFreesItsPlace()
    {
        var feed = new LiveFeed();
        var subscription = feed.Subscribe(1);
        Assert.Equal(1, feed.Readers);
        var reader = Task.Run(async () =>
        {
            await foreach (var _ in subscription.ReadAllAsync(TestContext.Current.CancellationToken)) Assert.Fail("nothing was published");
        }, TestContext.Current.CancellationToken);
        subscription.Dispose();
        await reader;
        Assert.Equal(0, feed.Readers);
        feed.Publish(Batch(1, 0, 1));
    }

    internal static LiveEvents Batch(long run, int first, int count) =>
        new(run, [.. Enumerable.Range(first, count).Select(seq => new LogEvent { Seq = seq })]);

    internal static async Task<List<LiveItem>> Take(LiveSubscription subscription, int count)
    {
        var items = new List<LiveItem>();
        await foreach (var item in subscription.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            items.Add(item);
            if (items.Count == count) break;
        }
        return items;
    }

    private static bool Same(LiveItem first, LiveItem second) =>
        first is LiveEvents a && second is LiveEvents b
            ? a.RunId == b.RunId && a.Events.Select(e => e.Seq).SequenceEqual(b.Events.Select(e => e.Seq))
            : first == second;
}
