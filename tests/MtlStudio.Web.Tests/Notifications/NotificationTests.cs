using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Store;
using MtlStudio.Web.Notifications;
using MtlStudio.Web.Tests.Api;

namespace MtlStudio.Web.Tests.Notifications;

public sealed class NotificationTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FinishedRun_IsToldByBothWays_AndAgainWhereItWasRefused()
    {
        await using var hook = WebhookServer.Start(refusals: 1);
        await using var mail = new MailServer();
        await SetAsync(hook.Url, mail.Port);
        var id = await running.LaunchAsync(running.Spec(3));
        await running.UntilAsync(id, "finished");

        await UntilAsync(() => hook.Taken.Any(body => body.Contains($"\"runId\":{id},", StringComparison.Ordinal)), "the webhook is told", seconds: 40);
        Assert.True(hook.Posts >= 2, "the refused post was not tried again");
        var told = JsonElement.Parse(hook.Taken.First(body => body.Contains($"\"runId\":{id},", StringComparison.Ordinal)));
        Assert.Equal(("finished", "run", $"https://studio.example/runs/{id}"), (told.GetProperty("event").GetString(), told.GetProperty("run").GetString(), told.GetProperty("link").GetString()));
        await UntilAsync(() => !mail.Taken.IsEmpty, "the mail is sent");
        Assert.Contains("Subject: run: finished", mail.Taken.First());
        Assert.Contains($"https://studio.example/runs/{id}", mail.Taken.First());
    }

    [Fact]
    public async Task Look_TellsEachAlarmOnce()
    {
        await using var hook = WebhookServer.Start();
        await SetAsync(hook.Url, null);
        var id = await running.LaunchAsync(running.Spec(3));
        await running.UntilAsync(id, "finished");
        var watch = running.Studio.Service<NotificationWatch>();
        await watch.LookAsync(Token);
        await running.Studio.Service<StoreWriter>().WriteAsync(context =>
        {
            context.Alarms.Add(new Alarm { RunId = id, Time = DateTimeOffset.UnixEpoch, Kind = "hurt", Task = "qa", Message = "qa is behind" });
            return Task.CompletedTask;
        }, Token);
        Assert.Equal(1, await watch.LookAsync(Token));
        Assert.Equal(0, await watch.LookAsync(Token));
        await UntilAsync(() => hook.Taken.Any(body => body.Contains("qa is behind", StringComparison.Ordinal)), "the alarm is told");
    }

    [Fact]
    public async Task Test_SaysWhyItWasNotTaken()
    {
        await using (var hook = WebhookServer.Start())
        {
            await SetAsync(hook.Url, null);
            await running.Studio.SendAsync(HttpMethod.Post, "settings/notifications/test?way=webhook", null, HttpStatusCode.NoContent);
            Assert.Contains("\"event\":\"test\"", Assert.Single(hook.Taken));
        }
        await using (var refusing = WebhookServer.Start(refusals: 1))
        {
            await SetAsync(refusing.Url, null);
            var problem = await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/settings/notifications/test?way=webhook", HttpStatusCode.BadGateway);
            Assert.Contains("answered 503", problem.GetProperty("detail").GetString());
        }
        Assert.Equal(["way"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/settings/notifications/test?way=pigeon", HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task Settings_NameEveryFault_AndNeverTellThePassword()
    {
        using var wrong = Json("""{"studioAddress":"studio","webhook":{"enabled":true,"url":"ftp://x","events":["born"]},"mail":{"enabled":true,"port":0,"security":"maybe","from":"me","to":["you","a@b.example"]}}""");
        Assert.Equal(["mail.from", "mail.host", "mail.port", "mail.security", "mail.to", "studioAddress", "webhook.events", "webhook.url"],
            (await running.Studio.RefusedAsync(HttpMethod.Put, "/api/v1/settings/notifications", HttpStatusCode.BadRequest, wrong)).Fields());

        await running.Studio.SendAsync(HttpMethod.Put, "settings/notifications", """{"mail":{"host":"mail.example","user":"me","password":"secret words"}}""", HttpStatusCode.OK);
        var (kept, _) = await running.Studio.SendAsync(HttpMethod.Put, "settings/notifications", """{"mail":{"host":"other.example","user":"me"}}""", HttpStatusCode.OK);
        Assert.True(kept.GetProperty("hasPassword").GetBoolean());
        Assert.DoesNotContain("secret", kept.GetRawText(), StringComparison.Ordinal);
        await using (var context = await running.Studio.Service<IDbContextFactory<StudioContext>>().CreateDbContextAsync(Token))
            Assert.DoesNotContain("secret words", (await context.Settings.SingleAsync(row => row.Key == NotificationSettings.Key, Token)).ValueJson, StringComparison.Ordinal);
        (kept, _) = await running.Studio.SendAsync(HttpMethod.Put, "settings/notifications", """{"mail":{"password":""}}""", HttpStatusCode.OK);
        Assert.False(kept.GetProperty("hasPassword").GetBoolean());
    }

    private async Task SetAsync(string url, int? mailPort) => await running.Studio.SendAsync(HttpMethod.Put, "settings/notifications", JsonSerializer.Serialize(new
    {
        studioAddress = "https://studio.example/",
        webhook = new { enabled = true, url, events = new[] { "finished", "alarm" } },
        mail = new { enabled = mailPort is not null, host = "127.0.0.1", port = mailPort ?? 25, security = "none", from = "studio@studio.example", to = new[] { "me@studio.example" }, events = new[] { "finished" } },
    }), HttpStatusCode.OK);

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static async Task UntilAsync(Func<bool> condition, string what, int seconds = 20)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(seconds), $"not within {seconds} s: {what}");
            await Task.Delay(50, Token);
        }
    }
}
