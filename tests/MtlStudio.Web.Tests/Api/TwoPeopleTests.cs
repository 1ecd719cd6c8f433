using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

/// <summary>Two people act on the same thing at the same moment: one wins, the other is told in words, and what stands is one of the two outcomes.</summary>
public sealed class TwoPeopleTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private const int Rounds = 8;

    private TestStudio Studio => running.Studio;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAndDelete_LeaveTheRunStoppedOrGone()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = await running.LaunchAsync(running.Spec(100_000));
            if (round % 2 == 0) await running.UntilAsync(id, "running", "queued");
            var answers = await Task.WhenAll(CallAsync(HttpMethod.Post, $"runs/{id}/stop"), CallAsync(HttpMethod.Delete, $"runs/{id}"));
            AssertTold(answers);
            if (answers[1].IsDone) await GoneAsync(id);
            else
            {
                Assert.Contains("stop it before you delete it", answers[1].Detail);
                await running.UntilAsync(id, "stopped");
                Assert.True((await CallAsync(HttpMethod.Delete, $"runs/{id}")).IsDone);
            }
        }
        await NobodyTrainsAsync();
    }

    [Fact]
    public async Task RenameAndDelete_NeverBringTheRunBack()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = await StoppedAsync();
            var answers = await Task.WhenAll(CallAsync(HttpMethod.Delete, $"runs/{id}"), CallAsync(HttpMethod.Patch, $"runs/{id}", """{"name":"renamed","note":"by the other"}"""));
            AssertTold(answers);
            Assert.True(answers[0].IsDone);
            await GoneAsync(id);
            Assert.Equal(404, (await CallAsync(HttpMethod.Patch, $"runs/{id}", """{"name":"again"}""")).Status);
        }
        await NobodyTrainsAsync();
    }

    [Fact]
    public async Task DeleteAndRetry_LeaveOneOutcome()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = await StoppedAsync();
            var answers = await Task.WhenAll(CallAsync(HttpMethod.Delete, $"runs/{id}"), CallAsync(HttpMethod.Post, $"runs/{id}/retry"), CallAsync(HttpMethod.Delete, $"runs/{id}"));
            AssertTold(answers);
            if (answers[0].IsDone || answers[2].IsDone) await GoneAsync(id);
            else
            {
                await CallAsync(HttpMethod.Post, $"runs/{id}/stop");
                await running.UntilAsync(id, "stopped");
            }
        }
        await NobodyTrainsAsync();
    }

    [Fact]
    public async Task ManyPresses_EndInTheStateOfOneOfThem()
    {
        var id = await running.LaunchAsync(running.Spec(100_000));
        await running.UntilAsync(id, "running", "queued");
        string[] presses = ["pause", "resume", "stop", "retry", "pause", "stop"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 36).Select(i => CallAsync(HttpMethod.Post, $"runs/{id}/{presses[i % presses.Length]}")));
        AssertTold(answers);
        Assert.Contains(answers, answer => answer.IsDone);
        await running.UntilAsync(id, "stopped", "paused", "running", "queued");
        for (var left = 20; (await Studio.GetAsync($"runs/{id}")).GetProperty("state").GetString() != "stopped"; left--)
        {
            Assert.True(left > 0, "it cannot be stopped any more");
            AssertTold([await CallAsync(HttpMethod.Post, $"runs/{id}/stop")]);
            await Task.Delay(200, Token);
        }
        var moves = await Studio.GetAsync($"runs/{id}/transitions");
        var states = moves.EnumerateArray().Select(move => (From: move.TryGetProperty("from", out var from) ? from.GetString() : null, To: move.GetProperty("to").GetString())).ToList();
        for (var i = 1; i < states.Count; i++) Assert.Equal(states[i - 1].To, states[i].From);
        await NobodyTrainsAsync();
    }

    [Fact]
    public async Task ReorderAndDelete_LeaveAQueueThatCanBeRead()
    {
        var ids = new List<long>();
        for (var i = 0; i < 6; i++) ids.Add(await running.LaunchAsync(running.Spec(100_000)));
        var order = $$"""{"runs":[{{string.Join(',', Enumerable.Reverse(ids))}}]}""";
        AssertTold(await Task.WhenAll(ids.Select(id => CallAsync(HttpMethod.Delete, $"runs/{id}")).Append(CallAsync(HttpMethod.Put, "runs/order", order)).Append(CallAsync(HttpMethod.Put, "runs/order", order))));
        await Studio.GetAsync("runs");
        foreach (var id in ids)
        {
            await CallAsync(HttpMethod.Post, $"runs/{id}/stop");
            if ((await CallAsync(HttpMethod.Get, $"runs/{id}")).IsDone) await running.UntilAsync(id, "stopped");
        }
        await NobodyTrainsAsync();
    }

    [Fact]
    public async Task ConcurrentUploads_KeepEveryFileOnce_AndRemovalEndsThem()
    {
        var id = (await Studio.SendAsync(HttpMethod.Post, "uploads", null, HttpStatusCode.Created)).Body.GetProperty("id").GetString();
        var puts = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => PutAsync($"uploads/{id}/files?name={i % 8}.csv", new string('x', 5_000 + i % 8))));
        AssertTold(puts);
        var files = (await Studio.GetAsync($"uploads/{id}")).GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => ($"{i}.csv", 5_000 + i)), files.Select(file => (file.GetProperty("name").GetString()!, file.GetProperty("bytes").GetInt32())).Order());
        AssertTold(await Task.WhenAll(Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? CallAsync(HttpMethod.Delete, $"uploads/{id}") : PutAsync($"uploads/{id}/files?name=late-{i}.csv", new string('y', 100_000)))));
        await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/uploads/{id}", HttpStatusCode.NotFound);
    }

    private async Task<long> StoppedAsync()
    {
        var id = await running.LaunchAsync(running.Spec(100_000));
        await CallAsync(HttpMethod.Post, $"runs/{id}/stop");
        await running.UntilAsync(id, "stopped");
        return id;
    }

    /// <summary>Nobody trains on for a run that was stopped or is gone.</summary>
    private async Task NobodyTrainsAsync()
    {
        var runs = new DataFolder(Studio.DataFolder).Runs;
        for (var left = 50; ; left--)
        {
            var living = Directory.GetDirectories(runs).Select(folder => new RunFolder(folder)).Where(run => RunLock.ReadHolder(run.Lock)?.IsAlive() == true).Select(run => run.Root).ToList();
            if (living.Count == 0) return;
            Assert.True(left > 0, $"A trainer is still at work in {string.Join(", ", living)}");
            await Task.Delay(100, Token);
        }
    }

    private async Task GoneAsync(long id) => Assert.Equal(404, (await CallAsync(HttpMethod.Get, $"runs/{id}")).Status);

    /// <summary>Nothing fails, and whoever is refused reads why.</summary>
    private static void AssertTold(IReadOnlyCollection<Answer> answers) => Assert.All(answers, answer => Assert.True(answer.IsDone || answer is { Status: 400 or 404 or 409, Detail.Length: > 0 }, answer.ToString()));

    private Task<Answer> CallAsync(HttpMethod method, string path, string? json = null) => SendAsync(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));

    private Task<Answer> PutAsync(string path, string text) => SendAsync(HttpMethod.Put, path, new ByteArrayContent(Encoding.UTF8.GetBytes(text)));

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = content };
        using var answer = await Studio.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        var detail = answer.IsSuccessStatusCode ? null : JsonElement.Parse(text).TryGetProperty("detail", out var words) ? words.GetString() : null;
        return new($"{method} {path}", (int)answer.StatusCode, detail);
    }

    private sealed record Answer(string Call, int Status, string? Detail)
    {
        public bool IsDone => Status is >= 200 and < 300;
    }
}
