using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Notifications;

/// <summary>Reads, changes and tries the notification settings; a password goes in and never comes out.</summary>
public sealed class NotificationDesk(SettingStore store, NotificationSender sender, TimeProvider clock)
{
    /// <summary>The settings without the password, and whether there is one.</summary>
    public async Task<(NotificationSettings Settings, bool HasPassword)> ReadAsync(CancellationToken cancellation = default)
    {
        var kept = await KeptAsync(cancellation);
        return (kept with { Mail = kept.Mail with { Password = null } }, kept.Mail.Password is not null);
    }

    /// <summary>Keeps the settings. A mail password of null leaves the kept one, an empty one takes it away.</summary>
    /// <exception cref="InvalidInputException">Every value that cannot be used, by its field.</exception>
    public async Task SaveAsync(NotificationSettings settings, CancellationToken cancellation = default)
    {
        settings.Check();
        await store.UpdateAsync(NotificationSettings.Key, new NotificationSettings(), kept => settings with
        {
            Mail = settings.Mail with { Password = settings.Mail.Password switch { null => kept.Mail.Password, "" => null, var given => sender.Protect(given) } },
        }, cancellation);
    }

    /// <summary>Sends a message by the kept settings of one way ("webhook" or "mail"), on or off, and waits for the outcome.</summary>
    /// <returns>Null where it was taken; else why not.</returns>
    /// <exception cref="InvalidInputException">There is no such way, or it is not set up.</exception>
    public async Task<string?> TryAsync(string way, CancellationToken cancellation = default)
    {
        var kept = await KeptAsync(cancellation);
        var message = new NotificationMessage { Event = NotificationEvents.Test, Text = $"The studio on {Environment.MachineName} can reach you.", Time = clock.GetUtcNow().ToUnixTimeMilliseconds(), Link = kept.StudioAddress is { Length: > 0 } address ? address : null };
        (way switch
        {
            "webhook" => kept with { Webhook = kept.Webhook with { Enabled = true }, Mail = new() },
            "mail" => kept with { Webhook = new(), Mail = kept.Mail with { Enabled = true } },
            _ => throw new InvalidInputException("way", $"A way must be webhook or mail (you gave \"{way}\")"),
        }).Check();
        try
        {
            await (way == "webhook" ? sender.PostAsync(kept.Webhook, message, cancellation) : sender.MailAsync(kept.Mail, message, cancellation));
            return null;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // Whatever stands in the way is what the user wants to read.
            return fault is TaskCanceledException ? "Nobody answered in time." : fault.Message;
        }
    }

    private Task<NotificationSettings> KeptAsync(CancellationToken cancellation) => store.ReadAsync(NotificationSettings.Key, new NotificationSettings(), cancellation);
}
