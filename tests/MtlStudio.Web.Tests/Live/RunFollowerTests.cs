using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Tests.Live;

public sealed class RunFollowerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DataFolder data;
    private readonly LiveFeed feed = new();
    private long committed;
    private int written;

    public RunFollowerTests()
    {
        data = new DataFolder(folder.Root);
        Directory.CreateDirectory(data.Run(1).Root);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(2_999, 3_000)]
    [InlineData(4_499, 4_500)]
    public async Task Follow_GivesHistoryThenStream_WithoutGapOrDuplicate(long after, long first)
    {
        Commit(4_500, publish: false);
        var reading = Task.Run(() => Follow(after, until: 4_599), TestContext.Current.CancellationToken);
        while (feed.Readers == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        Commit(100, publish: true);
        Assert.Equal(Numbers(first, 4_600), await reading);
    }

    [Fact]
    public async Task Follow_StopsAtWhatIsCommitted_WhenTheFileHoldsMore()
    {
        Commit(10, publish: false);
        var end = committed;
        Commit(5, publish: false);
        committed = end;
        var seen = await Follow(-1, until: 9);
        Assert.Equal(Numbers(0, 10), seen);
    }

    [Fact]
    public async Task Follow_ReadsTheHistoryAgain_WhenTheReaderIsFarTooSlow()
    {
        Commit(1, publish: false);
        // The reader is held at its first item while five times the queue's capacity goes by.
        var total = 1 + LiveFeed.DefaultCapacity * 5;
        var seen = await Follow(-1, until: total - 1, onFirstItem: () =>
        {
            for (var i = 1; i < total; i++) Commit(1, publish: true);
        });
        Assert.Equal(Numbers(0, total), seen);
    }

    [Fact]
    public async Task Follow_HoldsUnderConcurrentWriting_FromAnyStart()
    {
        var token = TestContext.Current.CancellationToken;
        const int Total = 20_000;
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < Total / 20; i++) Commit(20, publish: true);
        }, token);
        var readers = Enumerable.Range(0, 4).Select(i => Task.Run(() => Follow(i * 1_500 - 1, until: Total - 1), token)).ToArray();
        await writer;
        for (var i = 0; i < readers.Length; i++) Assert.Equal(Numbers(i * 1_500, Total), await readers[i]);
    }

    private async Task<List<long>> Follow(long after, long until, Action? onFirstItem = null)
    {
        var follower = new RunFollower(feed, new EventFileHistory(data, (_, _, _) => ValueTask.FromResult((0L, Volatile.Read(ref committed)))));
        var seen = new List<long>();
        await foreach (var item in follower.FollowAsync(1, after, TestContext.Current.CancellationToken))
        {
            onFirstItem?.Invoke();
            onFirstItem = null;
            if (item is not LiveEvents events) continue;
            seen.AddRange(events.Events.Select(e => e.Seq));
            if (seen[^1] >= until) break;
        }
        return seen;
    }

    private static IEnumerable<long> Numbers(long from, long to)
    {
        for (var i = from; i < to; i++) yield return i;
    }

    private void Commit(int count, bool publish)
    {
        var events = Enumerable.Range(written, count).Select(i => new LogEvent { Seq = i, Message = $"event {i} ä" }).ToArray();
        written += count;
        File.AppendAllLines(data.Run(1).Events, events.Select(e => JsonSerializer.Serialize<RunEvent>(e, WireJson.Compact)));
        Volatile.Write(ref committed, new FileInfo(data.Run(1).Events).Length);
        if (publish) feed.Publish(new LiveEvents(1, events));
    }
}
