using Hangfire;
using Hangfire.States;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Notifications;

/// <summary>Sends messages in the background; one that is not taken is tried again, each time after a longer while.</summary>
public sealed class NotificationJob(NotificationSender sender, SettingStore settings, IBackgroundJobClient jobs)
{
    /// <summary>Puts a message on every way that wants its event.</summary>
    public void Enqueue(NotificationSettings wanted, NotificationMessage message)
    {
        if (wanted.Webhook is { Enabled: true } webhook && webhook.Events.Contains(message.Event))
            jobs.Create<NotificationJob>(job => job.PostAsync(message, CancellationToken.None), new EnqueuedState(StudioJobs.Queue));
        if (wanted.Mail is { Enabled: true } mail && mail.Events.Contains(message.Event))
            jobs.Create<NotificationJob>(job => job.MailAsync(message, CancellationToken.None), new EnqueuedState(StudioJobs.Queue));
    }

    // The settings are read at each attempt: a mended address is used at once, and one that was switched off gets nothing more.
    /// <summary>Called by Hangfire.</summary>
    [AutomaticRetry(Attempts = 6, DelaysInSeconds = [5, 30, 120, 600, 1800, 7200]), Queue(StudioJobs.Queue)]
    public async Task PostAsync(NotificationMessage message, CancellationToken cancellation)
    {
        var now = await settings.ReadAsync(NotificationSettings.Key, new NotificationSettings(), cancellation);
        if (now.Webhook.Enabled) await sender.PostAsync(now.Webhook, message, cancellation);
    }

    /// <inheritdoc cref="PostAsync"/>
    [AutomaticRetry(Attempts = 6, DelaysInSeconds = [5, 30, 120, 600, 1800, 7200]), Queue(StudioJobs.Queue)]
    public async Task MailAsync(NotificationMessage message, CancellationToken cancellation)
    {
        var now = await settings.ReadAsync(NotificationSettings.Key, new NotificationSettings(), cancellation);
        if (now.Mail.Enabled) await sender.MailAsync(now.Mail, message, cancellation);
    }
}
