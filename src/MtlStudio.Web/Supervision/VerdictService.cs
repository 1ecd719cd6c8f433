using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Judges a run when it, or one of its baselines, has finished. It reads the feed like any other reader, so ingestion never waits
/// for it; what it missed while the studio was down, or fell behind on, it finds in the store.
/// </summary>
internal sealed partial class VerdictService(RunVerdicts verdicts, RunStore runs, RunMoves moves, LiveFeed feed, ILogger<VerdictService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.SubscribeAll();
        await JudgeAsync(() => verdicts.DueAsync(stoppingToken), stoppingToken);
        await foreach (var item in subscription.ReadAllAsync(stoppingToken))
            switch (item)
            {
                case LiveChange { State: RunState.Finished } change:
                    await JudgeAsync(() => verdicts.AffectedByAsync(change.RunId, stoppingToken), stoppingToken);
                    break;
                case LiveLag:
                    await JudgeAsync(() => verdicts.DueAsync(stoppingToken), stoppingToken);
                    break;
            }
    }

    private async Task JudgeAsync(Func<Task<IReadOnlyList<long>>> due, CancellationToken cancellation)
    {
        try
        {
            foreach (var id in await due())
                if (await verdicts.JudgeAsync(id, cancellation)) moves.Announce(await runs.GetAsync(id, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The next start finds what is still due.
        }
        catch (Exception e)
        {
            LogFailed(log, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Runs could not be judged; the next start of the studio tries again")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
