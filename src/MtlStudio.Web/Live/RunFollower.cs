using System.Runtime.CompilerServices;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Live;

/// <summary>A run's events so far and then its stream, without gap or duplicate by sequence number, however late or slow the reader.</summary>
public sealed class RunFollower(LiveFeed feed, IRunHistory history)
{
    /// <summary>Who follows anything now, this studio's pages among them.</summary>
    public int Readers => feed.Readers;

    /// <summary>
    /// All events above <paramref name="afterSeq"/> (-1: all), then new ones and changes as they come, until cancelled. A reader that
    /// falls behind is served from the history again, so its pace costs memory to nobody. A reconnecting reader passes the last number it has.
    /// </summary>
    public async IAsyncEnumerable<LiveItem> FollowAsync(long runId, long afterSeq, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // First listen, then read: what is committed meanwhile comes twice and is passed over once.
        using var subscription = feed.Subscribe(runId);
        var last = afterSeq;

        await foreach (var events in history.ReadAsync(runId, last, cancellation))
        {
            last = events[^1].Seq;
            yield return new LiveEvents(runId, events);
        }
        await foreach (var item in subscription.ReadAllAsync(cancellation))
        {
            switch (item)
            {
                case LiveEvents live when live.LastSeq > last:
                    var fresh = live.FirstSeq > last ? live : live with { Events = After(live.Events, last) };
                    last = fresh.LastSeq;
                    yield return fresh;
                    break;
                case LiveChange:
                    yield return item;
                    break;
                case LiveLag:
                    yield return item;
                    await foreach (var events in history.ReadAsync(runId, last, cancellation))
                    {
                        last = events[^1].Seq;
                        yield return new LiveEvents(runId, events);
                    }
                    break;
            }
        }
    }

    private static List<RunEvent> After(IReadOnlyList<RunEvent> events, long seq) => [.. events.Where(e => e.Seq > seq)];
}
