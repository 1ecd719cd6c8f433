using MtlStudio.Core.Runs;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What came of a run since the last look.</summary>
/// <param name="Events">New events, in order; empty where something was left out: then all is to be read again.</param>
/// <param name="Reload">True where more than points and log lines changed.</param>
public sealed record RunBatch(IReadOnlyList<RunEvent> Events, bool Reload)
{
    internal static bool IsLight(RunEvent value) => value is PointsEvent or LogEvent or SampleEvent or ExampleScoresEvent;
}

/// <summary>Follows one run and hands on what came, a few times a second at most.</summary>
public sealed class RunLive(RunFollower follower, TimeProvider clock)
{
    /// <summary>Between two looks: the eye needs no more, and a page that is left open costs little.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);
    /// <summary>Events held for a page that does not take them; more than this, and it reads the store again.</summary>
    private const int MostPending = 5_000;

    /// <summary>Calls <paramref name="flush"/> for as long as the run is followed.</summary>
    /// <param name="afterSeq">The last event that is known already.</param>
    public async Task WatchAsync(long runId, long afterSeq, Func<RunBatch, Task> flush, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pending = new Pending();
        var reading = ReadAsync(runId, afterSeq, pending, stop.Token);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await pending.Something.WaitAsync(cancellation);
                if (reading.IsFaulted) await reading;
                if (pending.Take() is { } batch) await flush(batch);
                await Task.Delay(Pace, clock, cancellation);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pending.Something.Dispose();
        }
    }

    private async Task ReadAsync(long runId, long afterSeq, Pending pending, CancellationToken cancellation)
    {
        try
        {
            await foreach (var item in follower.FollowAsync(runId, afterSeq, cancellation)) pending.Add(item);
        }
        finally
        {
            pending.Signal();
        }
    }

    private sealed class Pending
    {
        private readonly Lock gate = new();
        private List<RunEvent> events = [];
        private bool reload;

        public SemaphoreSlim Something { get; } = new(0, 1);

        public void Add(LiveItem item)
        {
            lock (gate)
            {
                if (item is LiveEvents live)
                {
                    events.AddRange(live.Events);
                    reload |= live.Events.Any(value => !RunBatch.IsLight(value));
                }
                else
                    reload = true;
                if (events.Count > MostPending) (events, reload) = ([], true);
            }
            Signal();
        }

        public void Signal()
        {
            lock (gate)
                if (Something.CurrentCount == 0) Something.Release();
        }

        public RunBatch? Take()
        {
            lock (gate)
            {
                if (events.Count == 0 && !reload) return null;
                var batch = new RunBatch(events, reload);
                (events, reload) = ([], false);
                return batch;
            }
        }
    }
}
