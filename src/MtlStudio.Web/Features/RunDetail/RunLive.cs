using MtlStudio.Core.Runs;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>How much of what is shown a batch changes; each is more than the one before.</summary>
public enum RunChange
{
    /// <summary>Lines grow at their right end, and the log and the samples by what came.</summary>
    Points,
    /// <summary>The run is to be read again, as after a checkpoint; its lines stand.</summary>
    Facts,
    /// <summary>Run and lines are to be read again.</summary>
    Lines,
}

/// <summary>What came of a run since the last look.</summary>
/// <param name="Events">New events, in order; empty where something was left out: then all is to be read again.</param>
public sealed record RunBatch(IReadOnlyList<RunEvent> Events, RunChange Change)
{
    internal static RunBatch Of(LiveItem item) => item is LiveEvents live ? new(live.Events, live.Events.Max(ChangeOf)) : new([], RunChange.Lines);

    private static RunChange ChangeOf(RunEvent value) => value switch
    {
        PointsEvent or LogEvent or SampleEvent or ExampleScoresEvent => RunChange.Points,
        CheckpointEvent => RunChange.Facts,
        _ => RunChange.Lines,
    };
}

/// <summary>
/// Follows one run and hands on what came, twice: at once for the few numbers that tell how far it is, and less often for all
/// that is drawn; each the less often the longer the browser takes to show it, and seldom while nobody can see the page.
/// </summary>
public sealed class RunLive(RunFollower follower, DrawTurns turns, TimeProvider clock, Attention attention)
{
    /// <summary>Between two looks at the numbers.</summary>
    private static readonly TimeSpan BeatPace = TimeSpan.FromMilliseconds(100);
    /// <summary>Between two drawings: the eye needs no more, and a page that is left open costs little. Where more than a few follow, each waits for its turn besides.</summary>
    private static readonly TimeSpan DrawPace = TimeSpan.FromMilliseconds(400);
    /// <summary>Pages whose drawings may come together.</summary>
    private const int Few = 4;
    /// <summary>The most between two looks, and two drawings, however slow the browser is: the next look waits until it has shown the last one anyway.</summary>
    private static readonly TimeSpan SlowestBeatPace = TimeSpan.FromMilliseconds(500), SlowestPace = TimeSpan.FromSeconds(5);
    /// <summary>Between two looks, and two drawings, of a page that nobody sees: its circuit stays known to the browser, and that is all.</summary>
    private static readonly TimeSpan AwayBeatPace = TimeSpan.FromSeconds(5), AwayDrawPace = TimeSpan.FromSeconds(60);
    /// <summary>Drawing takes one part in so many of a page's time: pages that share a busy machine thereby leave each other room.</summary>
    private const int DrawPart = 5;
    /// <summary>Events held for a page that does not take them; more than this, and it reads the store again.</summary>
    private const int MostPending = 5_000;

    /// <summary>Calls <paramref name="beat"/> and <paramref name="draw"/>, each with all that came since its last call, for as long as the run is followed.</summary>
    /// <param name="afterSeq">The last event that is known already.</param>
    public async Task WatchAsync(long runId, long afterSeq, Func<RunBatch, Task> beat, Func<RunBatch, Task> draw, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using Pending come = new(), drawn = new();
        Task[] parts = [ReadAsync(runId, afterSeq, come, stop.Token), BeatAsync(come, drawn, beat, stop.Token), DrawAsync(drawn, draw, stop.Token)];
        try
        {
            await await Task.WhenAny(parts); // none ends by itself
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(long runId, long afterSeq, Pending come, CancellationToken cancellation)
    {
        await foreach (var item in follower.FollowAsync(runId, afterSeq, cancellation)) come.Add(RunBatch.Of(item));
    }

    private async Task BeatAsync(Pending come, Pending drawn, Func<RunBatch, Task> beat, CancellationToken cancellation)
    {
        while (true)
        {
            await come.SomethingAsync(cancellation);
            var batch = come.Take();
            var began = clock.GetTimestamp();
            // Until the browser shows it: what comes meanwhile is told together.
            await beat(batch).WaitAsync(cancellation);
            drawn.Add(batch);
            var took = clock.GetElapsedTime(began);
            await attention.RestAsync(took < BeatPace ? BeatPace : took < SlowestBeatPace ? took : SlowestBeatPace, AwayBeatPace, cancellation);
        }
    }

    private async Task DrawAsync(Pending drawn, Func<RunBatch, Task> draw, CancellationToken cancellation)
    {
        while (true)
        {
            await drawn.SomethingAsync(cancellation);
            if (follower.Readers > Few) await turns.WaitAsync(cancellation);
            var batch = drawn.Take();
            var began = clock.GetTimestamp();
            await draw(batch);
            var rest = clock.GetElapsedTime(began) * (DrawPart - 1);
            await attention.RestAsync(rest < DrawPace ? DrawPace : rest > SlowestPace ? SlowestPace : rest, AwayDrawPace, cancellation);
        }
    }

    private sealed class Pending : IDisposable
    {
        private readonly Lock gate = new();
        private readonly SemaphoreSlim something = new(0, 1);
        private List<RunEvent> events = [];
        private RunChange change;

        public void Add(RunBatch batch)
        {
            lock (gate)
            {
                events.AddRange(batch.Events);
                if (batch.Change > change) change = batch.Change;
                if (events.Count > MostPending) (events, change) = ([], RunChange.Lines);
                if (something.CurrentCount == 0) something.Release();
            }
        }

        /// <summary>Completes when something is there.</summary>
        public Task SomethingAsync(CancellationToken cancellation) => something.WaitAsync(cancellation);

        /// <summary>All that came since the last call.</summary>
        public RunBatch Take()
        {
            lock (gate)
            {
                something.Wait(0); // what came since it was waited for is taken, too
                var batch = new RunBatch(events, change);
                (events, change) = ([], RunChange.Points);
                return batch;
            }
        }

        public void Dispose() => something.Dispose();
    }
}
