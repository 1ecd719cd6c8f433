using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>Queues the next run of a study of shares when one has finished. What ended while the studio was down, or was missed, is found in the store.</summary>
internal sealed partial class ShareStudyService(ShareStudyCommands studies, LiveFeed feed, ILogger<ShareStudyService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.SubscribeAll();
        try
        {
            await TryAsync(() => studies.AdvanceAllAsync(stoppingToken));
            await foreach (var item in subscription.ReadAllAsync(stoppingToken))
                if (item is LiveChange { State: RunState.Finished, RunId: var finished }) await TryAsync(() => studies.AdvanceAfterAsync(finished, stoppingToken));
                else if (item is LiveLag) await TryAsync(() => studies.AdvanceAllAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The studio ends; its next start goes on.
        }
    }

    private async Task TryAsync(Func<Task> advance)
    {
        try
        {
            await advance();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFailed(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Error, "The next run of a study could not be queued; Resume on its page, or the next start of the studio, tries again")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
