using System.Net.Http.Headers;
using System.Text.Json;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.AspNetCore.DataProtection;
using MimeKit;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Notifications;

/// <summary>Sends one message by one way, now; throws where the other side does not take it.</summary>
public sealed class NotificationSender(IHttpClientFactory clients, IDataProtectionProvider protection)
{
    /// <summary>The name of the HTTP client that posts to webhooks.</summary>
    public const string ClientName = "notifications";

    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(30);

    private IDataProtector Protector => protection.CreateProtector("notifications");

    /// <summary>A password as it is kept.</summary>
    public string Protect(string password) => Protector.Protect(password);

    /// <summary>Posts the message as JSON.</summary>
    /// <exception cref="HttpRequestException">Nobody answers, or not with success.</exception>
    public async Task PostAsync(WebhookSettings webhook, NotificationMessage message, CancellationToken cancellation = default)
    {
        using var client = clients.CreateClient(ClientName);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, WireJson.Compact)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };
        using var answer = await client.PostAsync(webhook.Url, content, cancellation);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{new Uri(webhook.Url).Host} answered {(int)answer.StatusCode} {answer.ReasonPhrase}", null, answer.StatusCode);
    }

    /// <summary>Sends the message by SMTP.</summary>
    /// <exception cref="InvalidOperationException">The kept password cannot be read: it was encrypted by another studio's key.</exception>
    public async Task MailAsync(MailSettings settings, NotificationMessage message, CancellationToken cancellation = default)
    {
        using var mail = new MimeMessage { Subject = Subject(message), Body = new TextPart("plain") { Text = message.Link is null ? message.Text : $"{message.Text}\n\n{message.Link}" } };
        mail.From.Add(MailboxAddress.Parse(settings.From));
        mail.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        using var client = new SmtpClient { Timeout = (int)MailPatience.TotalMilliseconds };
        await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch { "tls" => SecureSocketOptions.SslOnConnect, "starttls" => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None }, cancellation);
        if (settings.User.Length > 0) await client.AuthenticateAsync(settings.User, Unprotect(settings.Password), cancellation);
        await client.SendAsync(mail, cancellation);
        await client.DisconnectAsync(quit: true, cancellation);
    }

    private string Unprotect(string? password)
    {
        try
        {
            return password is null ? "" : Protector.Unprotect(password);
        }
        catch (System.Security.Cryptography.CryptographicException fault)
        {
            throw new InvalidOperationException("The kept mail password cannot be read, since another studio's key encrypted it: set it again", fault);
        }
    }

    private static string Subject(NotificationMessage message) => message.Run is { } run ? $"{run}: {message.Event}" : $"MtlStudio: {message.Event}";
}
