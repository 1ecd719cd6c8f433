using MtlStudio.Core.Runs;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunLiveTests
{
    private readonly LiveFeed feed = new();

    [Fact]
    public async Task Beats_GoOn_WhileTheBrowserDraws_AndNothingIsLost()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        List<long> beaten = [], drawn = [];
        TaskCompletionSource drawing = new(), drew = new(), allDrawn = new(), threeBeaten = new();
        var watching = new RunLive(new RunFollower(feed, new NoHistory()), new(TimeProvider.System), TimeProvider.System, new(TimeProvider.System)).WatchAsync(1, -1,
            batch =>
            {
                beaten.AddRange(batch.Events.Select(value => value.Seq));
                if (beaten.Count == 3) threeBeaten.SetResult();
                return Task.CompletedTask;
            },
            async batch =>
            {
                drawn.AddRange(batch.Events.Select(value => value.Seq));
                if (drawn.Count == 3) allDrawn.SetResult();
                drawing.TrySetResult();
                await drew.Task;
            }, stop.Token);
        while (feed.Readers == 0) await Task.Delay(1, stop.Token);

        Publish(0);
        await drawing.Task.WaitAsync(stop.Token);
        Publish(1);
        Publish(2);
        await threeBeaten.Task.WaitAsync(stop.Token); // the first drawing still goes on
        Assert.Equal([0], drawn);

        drew.SetResult();
        await allDrawn.Task.WaitAsync(stop.Token);
        Assert.Equal([0, 1, 2], beaten);
        Assert.Equal([0, 1, 2], drawn);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task Watch_TellsTheFault_OfWhatItCalls()
    {
        var watching = new RunLive(new RunFollower(feed, new NoHistory()), new(TimeProvider.System), TimeProvider.System, new(TimeProvider.System)).WatchAsync(1, -1, _ => throw new InvalidOperationException("no page"), _ => Task.CompletedTask, TestContext.Current.CancellationToken);
        while (feed.Readers == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        Publish(0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => watching);
        Assert.Equal(0, feed.Readers);
    }

    private void Publish(long seq) => feed.Publish(new LiveEvents(1, [new LogEvent { Seq = seq, Time = seq, Level = "info", Message = "-" }]));

    private sealed class NoHistory : IRunHistory
    {
        public async IAsyncEnumerable<IReadOnlyList<RunEvent>> ReadAsync(long runId, long afterSeq, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
