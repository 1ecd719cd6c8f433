using System.Threading.Channels;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Judges a run when it, or one of its baselines, has finished, and the seeds that are left when one of them is deleted. It reads
/// the feed like any other reader, so ingestion never waits for it; what it missed while the studio was down, or fell behind on, it
/// finds in the store. When the smallest difference that matters is set anew, every run is judged anew.
/// </summary>
internal sealed partial class VerdictService(RunVerdicts verdicts, RunStore runs, RunMoves moves, LiveFeed feed, SettingStore settings, ILogger<VerdictService> log) : BackgroundService
{
    /// <summary>Runs that are drawn for at once.</summary>
    private const int Together = 8;

    /// <summary>Each finds runs to be judged. What comes while runs are judged is taken together: a study that ends, or is taken in, asks for each run many times over.</summary>
    private readonly Channel<Func<CancellationToken, Task<IReadOnlyList<long>>>> wishes = Channel.CreateUnbounded<Func<CancellationToken, Task<IReadOnlyList<long>>>>(new() { SingleReader = true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.SubscribeAll();
        void Anew(string key)
        {
            if (key == JudgingSettings.SmallestDifferenceKey) wishes.Writer.TryWrite(verdicts.AllAsync);
        }
        settings.Changed += Anew;
        try
        {
            wishes.Writer.TryWrite(verdicts.DueAsync);
            await Task.WhenAll(ListenAsync(subscription, stoppingToken), JudgeAllAsync(stoppingToken));
        }
        finally
        {
            settings.Changed -= Anew;
        }
    }

    private async Task ListenAsync(LiveSubscription subscription, CancellationToken stoppingToken)
    {
        await foreach (var item in subscription.ReadAllAsync(stoppingToken))
            switch (item)
            {
                case LiveChange { State: RunState.Finished, RunId: var finished }:
                    wishes.Writer.TryWrite(cancellation => verdicts.AffectedByAsync(finished, cancellation));
                    break;
                case LiveChange { State: null, RunId: var deleted }:
                    wishes.Writer.TryWrite(cancellation => verdicts.LeftByAsync(deleted, cancellation));
                    break;
                case LiveLag:
                    wishes.Writer.TryWrite(verdicts.DueAsync);
                    break;
            }
    }

    private async Task JudgeAllAsync(CancellationToken stoppingToken)
    {
        while (await wishes.Reader.WaitToReadAsync(stoppingToken))
            try
            {
                var due = new SortedSet<long>();
                while (wishes.Reader.TryRead(out var wish)) due.UnionWith(await wish(stoppingToken));
                foreach (var some in due.Chunk(Together))
                {
                    if (some.Length > 1) await verdicts.PrepareAsync(some, stoppingToken);
                    foreach (var id in some)
                        foreach (var changed in await verdicts.JudgeAsync(id, stoppingToken))
                            if (await runs.FindOrNullAsync(changed, stoppingToken) is { } run) moves.Announce(run);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // The next start finds what is still due.
                LogFailed(log, e);
            }
    }

    [LoggerMessage(LogLevel.Error, "Runs could not be judged; the next start of the studio tries again")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
