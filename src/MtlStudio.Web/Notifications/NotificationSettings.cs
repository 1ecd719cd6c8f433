using System.Net.Mail;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Notifications;

/// <summary>Where the studio tells of runs, and of what.</summary>
[System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)]
public sealed record NotificationSettings
{
    public const string Key = "notifications";

    /// <summary>What can be told of.</summary>
    public static IReadOnlyList<string> Events { get; } = [NotificationEvents.Finished, NotificationEvents.Failed, NotificationEvents.Alarm];

    public WebhookSettings Webhook { get; init; } = new();
    public MailSettings Mail { get; init; } = new();

    /// <summary>The address under which people reach the studio, for links; empty: messages have none.</summary>
    public string StudioAddress { get; init; } = "";

    /// <exception cref="InvalidInputException">Every value that cannot be used, by its field.</exception>
    public void Check()
    {
        var errors = new List<FieldError>();
        if (StudioAddress.Length > 0 && !IsWeb(StudioAddress)) errors.Add(new("studioAddress", $"The studio's address must begin with http:// or https:// (you gave \"{StudioAddress}\")"));
        Webhook.Check(errors);
        Mail.Check(errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    internal static bool IsWeb(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    internal static void CheckEvents(IReadOnlyList<string> events, string field, List<FieldError> errors)
    {
        foreach (var unknown in events.Except(Events)) errors.Add(new(field, $"There is no event \"{unknown}\": choose among {string.Join(", ", Events)}"));
    }
}

public static class NotificationEvents
{
    public const string Finished = "finished";
    public const string Failed = "failed";
    public const string Alarm = "alarm";
    /// <summary>Sent by the test press alone.</summary>
    public const string Test = "test";
}

/// <summary>A JSON object is posted to an address.</summary>
public sealed record WebhookSettings
{
    public bool Enabled { get; init; }
    public string Url { get; init; } = "";
    public IReadOnlyList<string> Events { get; init; } = NotificationSettings.Events;

    internal void Check(List<FieldError> errors)
    {
        if (Enabled && Url.Length == 0) errors.Add(new("webhook.url", "A webhook needs the address that messages are posted to"));
        if (Url.Length > 0 && !NotificationSettings.IsWeb(Url)) errors.Add(new("webhook.url", $"A webhook's address must begin with http:// or https:// (you gave \"{Url}\")"));
        NotificationSettings.CheckEvents(Events, "webhook.events", errors);
    }
}

/// <summary>A message is sent by SMTP.</summary>
public sealed record MailSettings
{
    public static IReadOnlyList<string> Securities { get; } = ["none", "starttls", "tls"];

    public bool Enabled { get; init; }
    public string Host { get; init; } = "";
    public int Port { get; init; } = 587;
    /// <summary>"none", "starttls" (refused by the studio where the server has none) or "tls".</summary>
    public string Security { get; init; } = "starttls";
    /// <summary>Empty: no sign-in.</summary>
    public string User { get; init; } = "";
    /// <summary>As it is kept: encrypted by the studio's own key. The API takes a new one as text and never tells it.</summary>
    public string? Password { get; init; }
    public string From { get; init; } = "";
    public IReadOnlyList<string> To { get; init; } = [];
    public IReadOnlyList<string> Events { get; init; } = [NotificationEvents.Failed, NotificationEvents.Alarm];

    internal void Check(List<FieldError> errors)
    {
        if (Enabled && Host.Length == 0) errors.Add(new("mail.host", "Mail needs the name of an SMTP server"));
        if (Host.Length > 0 && Uri.CheckHostName(Host) == UriHostNameType.Unknown) errors.Add(new("mail.host", $"\"{Host}\" is no host name: give it without scheme or port"));
        if (Port is < 1 or > 65535) errors.Add(new("mail.port", $"Port must be 1 to 65,535 (you gave {Port})"));
        if (!Securities.Contains(Security)) errors.Add(new("mail.security", $"Security must be one of {string.Join(", ", Securities)} (you gave \"{Security}\")"));
        if (Enabled && From.Length == 0) errors.Add(new("mail.from", "Mail needs the address that it comes from"));
        if (From.Length > 0 && !MailAddress.TryCreate(From, out _)) errors.Add(new("mail.from", $"\"{From}\" is no mail address"));
        if (Enabled && To.Count == 0) errors.Add(new("mail.to", "Mail needs at least one address that it goes to"));
        foreach (var to in To.Where(to => !MailAddress.TryCreate(to, out _))) errors.Add(new("mail.to", $"\"{to}\" is no mail address"));
        NotificationSettings.CheckEvents(Events, "mail.events", errors);
    }
}
