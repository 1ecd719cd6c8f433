using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Web.Tests.Api;

/// <summary>A study of three runs, each queued when the one before has finished.</summary>
public sealed class ShareStudyTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    [Fact]
    public async Task Study_GoesFromStageToStage_AndDrawsByTheSharesFound()
    {
        var body = Study("shares", 41);
        var plan = (await running.Studio.SendAsync(HttpMethod.Post, "studies/plan", body.ToJsonString(), HttpStatusCode.OK)).Body;
        Assert.Equal((3, 0), (plan.GetProperty("runs").GetInt32(), plan.GetProperty("reused").GetInt32()));
        var id = await LaunchAsync(body, queued: 1);
        var done = await UntilAsync(id, study => study.GetProperty("finished").GetInt32() == 3);
        Assert.Equal(("doremi", false, 0), (done.GetProperty("kind").GetString(), done.GetProperty("underWay").GetBoolean(), done.GetProperty("broken").GetInt32()));
        var members = done.GetProperty("members").EnumerateArray().ToList();
        Assert.Equal(["reference", "proxy", "final"], members.Select(member => member.GetProperty("policy").GetString()));
        var specs = new List<JsonElement>();
        foreach (var member in members) specs.Add((await running.Studio.GetAsync($"runs/{member.GetProperty("runId")}")).GetProperty("spec"));
        Assert.True(specs[0].GetProperty("evaluation").GetProperty("trainLosses").GetBoolean());
        Assert.Equal($"run:{members[0].GetProperty("runId")}", specs[1].GetProperty("weighting").GetProperty("reference").GetString());
        // The stand-in trainer finds a third and two thirds.
        Assert.Equal([0.333333, 0.666667], specs[2].GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("share").GetDouble()));
        var shares = done.GetProperty("shares").GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal([0.5, 0.5], shares.Select(task => task.GetProperty("before").GetDouble()));
        Assert.Equal(2.0 / 3, shares[1].GetProperty("found").GetDouble(), 1e-5);
        Assert.True(shares[0].TryGetProperty("delta", out _), shares[0].ToString());

        // The same once more trains nothing: each stage is there.
        body["name"] = "shares again";
        var second = await LaunchAsync(body, queued: 0);
        await UntilAsync(second, study => study.GetProperty("finished").GetInt32() == 3);
        Assert.Equal(["doremi"], (await running.Studio.GetAsync("studies")).GetProperty("items").EnumerateArray().Select(study => study.GetProperty("kind").GetString()).Distinct());
        await running.Studio.SendAsync(HttpMethod.Delete, $"studies/{second}?runs=true", null, HttpStatusCode.NoContent);
        Assert.Equal(3, (await running.Studio.GetAsync($"studies/{id}")).GetProperty("finished").GetInt32());
    }

    [Fact]
    public async Task Study_GoesOn_WhenAStageWasStoppedOrDeleted()
    {
        var id = await LaunchAsync(Study("stopped", 43, "fake:stepMs=20"), queued: 1);
        var reference = (await running.Studio.GetAsync($"studies/{id}")).GetProperty("members")[0].GetProperty("runId").GetInt64();
        await running.Studio.SendAsync(HttpMethod.Post, $"studies/{id}/stop", null, HttpStatusCode.Accepted);
        var state = (await running.UntilAsync(reference, "stopped", "finished")).GetProperty("state").GetString();
        if (state == "stopped")
        {
            var stopped = await running.Studio.GetAsync($"studies/{id}");
            Assert.Equal((1, false, 1), (stopped.GetProperty("broken").GetInt32(), stopped.GetProperty("underWay").GetBoolean(), stopped.GetProperty("members").GetArrayLength()));
            await running.Studio.SendAsync(HttpMethod.Delete, $"runs/{reference}", null, HttpStatusCode.NoContent);
        }
        await running.Studio.SendAsync(HttpMethod.Post, $"studies/{id}/resume", null, HttpStatusCode.Accepted);
        var done = await UntilAsync(id, study => study.GetProperty("finished").GetInt32() == 3);
        Assert.Equal(0, done.GetProperty("broken").GetInt32());
    }

    [Fact]
    public async Task Study_IsRefusedWhole_WithEveryFaultByItsField()
    {
        var body = Study("", 3);
        body["eta"] = -1;
        body["spec"]!["tasks"]!.AsArray().RemoveAt(1);
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["eta", "name", "spec.tasks"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/studies", HttpStatusCode.BadRequest, content)).Fields().Order());
        var run = running.Spec(3);
        run["weighting"] = JsonNode.Parse("""{"name":"group-dro","reference":"run:99999"}""");
        using var missing = new StringContent(run.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["weighting.reference"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs", HttpStatusCode.BadRequest, missing)).Fields());
    }

    private JsonObject Study(string name, int steps, params string[] tags)
    {
        var spec = running.Spec(steps);
        spec["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        return new() { ["kind"] = "doremi", ["name"] = name, ["spec"] = spec };
    }

    private async Task<long> LaunchAsync(JsonObject study, int queued)
    {
        var (body, location) = await running.Studio.SendAsync(HttpMethod.Post, "studies", study.ToJsonString(), HttpStatusCode.Created);
        Assert.Equal($"/api/v1/studies/{body.GetProperty("id")}", location!.ToString());
        Assert.Equal(queued, body.GetProperty("runs").GetInt32());
        return body.GetProperty("id").GetInt64();
    }

    private async Task<JsonElement> UntilAsync(long id, Func<JsonElement, bool> done)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var study = await running.Studio.GetAsync($"studies/{id}");
            if (done(study)) return study;
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60), $"study {id} is still under way: {study}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
