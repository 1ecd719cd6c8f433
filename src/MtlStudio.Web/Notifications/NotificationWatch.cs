using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Notifications;

/// <summary>
/// Finds what there is to tell: runs that finished or failed, and alarms. The store says what is new since the last look, so that
/// what happened while the studio was down is told too, and nothing twice.
/// </summary>
public sealed partial class NotificationWatch(LiveFeed feed, IDbContextFactory<StudioContext> contexts, SettingStore settings, NotificationJob job, FirstPage first, TimeProvider clock, ILogger<NotificationWatch> log) : BackgroundService
{
    /// <summary>The key of how far was looked: {transition, alarm}.</summary>
    public const string CursorKey = "notifications.cursor";

    /// <summary>Rows a look; a studio that was down long tells the newest and leaves the rest.</summary>
    private const int Most = 100;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(250);

    public sealed record Cursor(long Transition, long Alarm);

    /// <summary>Tells what is new. Gives how many messages there were.</summary>
    public async Task<int> LookAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var newest = new Cursor(await context.RunTransitions.MaxAsync(row => (long?)row.Id, cancellation) ?? 0, await context.Alarms.MaxAsync(row => (long?)row.Id, cancellation) ?? 0);
        // The first look of a studio tells nothing of the past.
        var from = await settings.ReadAsync<Cursor?>(CursorKey, null, cancellation);
        if (from == newest) return 0;
        var messages = from is null ? [] : await MessagesAsync(context, from, newest, cancellation);
        var wanted = await settings.ReadAsync(NotificationSettings.Key, new NotificationSettings(), cancellation);
        foreach (var message in messages) job.Enqueue(wanted, WithLink(message, wanted));
        await settings.WriteAsync(CursorKey, newest, cancellation);
        return messages.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.SubscribeAll();
        try
        {
            await first.WaitAsync(stoppingToken);
            await TryLookAsync(stoppingToken);
            await foreach (var item in subscription.ReadAllAsync(stoppingToken))
            {
                if (!MayTell(item)) continue;
                await Task.Delay(Gather, clock, stoppingToken);
                await TryLookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The studio ends; what is new then is told at the next start.
        }
    }

    private static bool MayTell(LiveItem item) => item switch
    {
        LiveChange { State: RunState.Finished or RunState.Failed } or LiveLag => true,
        LiveChange { Cause: not null, State: RunState.Running } => true, // a stalled run's alarm
        LiveEvents events => events.Events.Any(one => one is AlarmEvent),
        _ => false,
    };

    private async Task TryLookAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogTrouble(log, fault);
        }
    }

    private static async Task<List<NotificationMessage>> MessagesAsync(StudioContext context, Cursor since, Cursor to, CancellationToken cancellation)
    {
        var ended = await (from step in context.RunTransitions
                           join run in context.Runs on step.RunId equals run.Id
                           where step.Id > since.Transition && step.Id <= to.Transition && (step.ToState == RunState.Failed || step.ToState == RunState.Finished && run.BaselineTask == null)
                           orderby step.Id descending
                           select new { step.ToState, step.Time, run.Id, run.Name, run.Failure, run.Step }).Take(Most).ToListAsync(cancellation);
        var alarms = await (from alarm in context.Alarms
                            join run in context.Runs on alarm.RunId equals run.Id
                            where alarm.Id > since.Alarm && alarm.Id <= to.Alarm
                            orderby alarm.Id descending
                            select new { alarm.Message, alarm.Task, alarm.Time, run.Id, run.Name }).Take(Most).ToListAsync(cancellation);
        return
        [
            .. ended.Select(one => new NotificationMessage
            {
                Event = one.ToState == RunState.Finished ? NotificationEvents.Finished : NotificationEvents.Failed,
                Text = one.ToState == RunState.Finished ? $"Run {one.Id} ({one.Name}) finished after {one.Step:#,0} steps." : $"Run {one.Id} ({one.Name}) failed at step {one.Step:#,0}: {one.Failure}",
                Time = one.Time.ToUnixTimeMilliseconds(), RunId = one.Id, Run = one.Name,
            }).Concat(alarms.Select(one => new NotificationMessage
            {
                Event = NotificationEvents.Alarm, Text = $"Run {one.Id} ({one.Name}): {one.Message}", Time = one.Time.ToUnixTimeMilliseconds(), RunId = one.Id, Run = one.Name, Task = one.Task,
            })).OrderBy(message => message.Time),
        ];
    }

    private static NotificationMessage WithLink(NotificationMessage message, NotificationSettings settings) =>
        settings.StudioAddress.Length == 0 || message.RunId is not { } run ? message : message with { Link = $"{settings.StudioAddress.TrimEnd('/')}/runs/{run}" };

    [LoggerMessage(LogLevel.Error, "What happened could not be told; the next look tries again")]
    private static partial void LogTrouble(ILogger log, Exception exception);
}
