using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// Judges a run when it, or one of its baselines, has finished, and the seeds that are left when one of them is deleted. It reads the feed like any other reader, so ingestion never waits
/// for it; what it missed while the studio was down, or fell behind on, it finds in the store. When the smallest difference that
/// matters is set anew, every run is judged anew.
/// </summary>
internal sealed partial class VerdictService(RunVerdicts verdicts, RunStore runs, RunMoves moves, LiveFeed feed, SettingStore settings, ILogger<VerdictService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.SubscribeAll();
        using var turn = new SemaphoreSlim(1, 1);
        void Anew(string key)
        {
            if (key == JudgingSettings.SmallestDifferenceKey) _ = JudgeAsync(() => verdicts.AllAsync(stoppingToken), turn, stoppingToken);
        }
        settings.Changed += Anew;
        try
        {
            await JudgeAsync(() => verdicts.DueAsync(stoppingToken), turn, stoppingToken);
            await FollowAsync(subscription, turn, stoppingToken);
        }
        finally
        {
            settings.Changed -= Anew;
        }
    }

    private async Task FollowAsync(LiveSubscription subscription, SemaphoreSlim turn, CancellationToken stoppingToken)
    {
        await foreach (var item in subscription.ReadAllAsync(stoppingToken))
            switch (item)
            {
                case LiveChange { State: RunState.Finished } change:
                    await JudgeAsync(() => verdicts.AffectedByAsync(change.RunId, stoppingToken), turn, stoppingToken);
                    break;
                case LiveChange { State: null } deleted:
                    await JudgeAsync(() => verdicts.LeftByAsync(deleted.RunId, stoppingToken), turn, stoppingToken);
                    break;
                case LiveLag:
                    await JudgeAsync(() => verdicts.DueAsync(stoppingToken), turn, stoppingToken);
                    break;
            }
    }

    private async Task JudgeAsync(Func<Task<IReadOnlyList<long>>> due, SemaphoreSlim turn, CancellationToken cancellation)
    {
        try
        {
            await turn.WaitAsync(cancellation);
            try
            {
                foreach (var id in await due())
                    foreach (var changed in await verdicts.JudgeAsync(id, cancellation)) moves.Announce(await runs.GetAsync(changed, cancellation));
            }
            finally
            {
                turn.Release();
            }
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
