using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Web.Tests.Api;

public sealed class StudyTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    [Fact]
    public async Task Study_TrainsEachPolicy_ReusesEqualRuns_AndGoesWithItsRuns()
    {
        var body = Study("first", 31, "equal", "uw");
        var launched = await LaunchAsync(body);
        Assert.Equal((2, 0, 2), Counts(launched));
        var first = launched.GetProperty("id").GetInt64();
        var done = await UntilDoneAsync(first);
        Assert.Equal((2, 0), (done.GetProperty("finished").GetInt32(), done.GetProperty("broken").GetInt32()));
        Assert.Equal(["equal", "uw"], done.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("policy").GetString()));
        Assert.All(done.GetProperty("policies").EnumerateArray(), policy => Assert.Equal(1, policy.GetProperty("runsFinished").GetInt32()));
        Assert.Equal(2, done.GetProperty("baselines").GetArrayLength());
        Assert.Equal(["equal", "uw"], done.GetProperty("study").GetProperty("policies").EnumerateArray().Select(policy => policy.GetString()));

        // The same once more trains nothing anew; nor does a deleted study take runs with it that another has.
        body["name"] = "second";
        var plan = (await running.Studio.SendAsync(HttpMethod.Post, "studies/plan", body.ToJsonString(), HttpStatusCode.OK)).Body;
        Assert.Equal((0, 2, 0, 2), (plan.GetProperty("runs").GetInt32(), plan.GetProperty("reused").GetInt32(), plan.GetProperty("baselines").GetInt32(), plan.GetProperty("baselinesReused").GetInt32()));
        var again = await LaunchAsync(body);
        Assert.Equal((0, 2, 0), Counts(again));
        var second = again.GetProperty("id").GetInt64();
        await running.Studio.SendAsync(HttpMethod.Delete, $"studies/{second}?runs=true", null, HttpStatusCode.NoContent);
        await running.Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/studies/{second}", HttpStatusCode.NotFound);
        Assert.Equal(2, (await running.Studio.GetAsync($"studies/{first}")).GetProperty("finished").GetInt32());

        var run = done.GetProperty("members")[0].GetProperty("runId").GetInt64();
        await running.Studio.SendAsync(HttpMethod.Delete, $"studies/{first}?runs=true", null, HttpStatusCode.NoContent);
        await running.Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{run}", HttpStatusCode.NotFound);
        Assert.DoesNotContain((await running.Studio.GetAsync("studies")).GetProperty("items").EnumerateArray(), study => study.GetProperty("id").GetInt64() == first);
    }

    [Fact]
    public async Task Study_TakesUpWhatWasStoppedAndDeleted_WhenItIsResumed()
    {
        var id = (await LaunchAsync(Study("stopped", 33, "equal", "rlw"))).GetProperty("id").GetInt64();
        await running.Studio.SendAsync(HttpMethod.Post, $"studies/{id}/stop", null, HttpStatusCode.Accepted);
        var stopped = await UntilDoneAsync(id);
        var members = stopped.GetProperty("members").EnumerateArray().ToList();
        if (members[1].GetProperty("state").GetString() is "stopped") // a fast machine may have finished one before
            await running.Studio.SendAsync(HttpMethod.Delete, $"runs/{members[1].GetProperty("runId")}", null, HttpStatusCode.NoContent);
        await running.Studio.SendAsync(HttpMethod.Post, $"studies/{id}/resume", null, HttpStatusCode.Accepted);
        var done = await UntilDoneAsync(id);
        Assert.Equal((2, 0), (done.GetProperty("finished").GetInt32(), done.GetProperty("broken").GetInt32()));
        Assert.All(done.GetProperty("members").EnumerateArray(), member => Assert.Equal("finished", member.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Study_IsRefusedWhole_WithEveryFaultByItsField()
    {
        var before = (await running.Studio.GetAsync("runs")).GetProperty("total").GetInt32();
        var body = Study("", 3, "equal", "magic");
        body["seeds"] = 0;
        body["spec"]!["tasks"]![0]!["data"]!["dataset"] = "sha256:" + new string('0', 64);
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["name", "policies[1]", "seeds"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/studies", HttpStatusCode.BadRequest, content)).Fields().Order());
        body = Study("sound", 3, "equal");
        body["spec"]!["tasks"]![0]!["data"]!["dataset"] = "sha256:" + new string('0', 64);
        using var missing = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["spec.tasks[0].data.dataset"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/studies", HttpStatusCode.BadRequest, missing)).Fields());
        Assert.Equal(before, (await running.Studio.GetAsync("runs")).GetProperty("total").GetInt32());
        await running.Studio.RefusedAsync(HttpMethod.Get, "/api/v1/studies/99999", HttpStatusCode.NotFound);
        await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/studies/99999/resume", HttpStatusCode.NotFound);
        await running.Studio.RefusedAsync(HttpMethod.Delete, "/api/v1/studies/99999", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Study_QueuesTheBaselinesOfARate_BeforeTheNextRate()
    {
        var body = Study("in turn", 35, "equal", "uw");
        body["rates"] = new JsonArray(0.001, 0.002);
        var id = (await LaunchAsync(body)).GetProperty("id").GetInt64();
        var study = await running.Studio.GetAsync($"studies/{id}");
        // Queued runs are numbered in their order.
        var joint = study.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("runId").GetInt64()).ToList();
        var baselines = study.GetProperty("baselines").EnumerateArray().Select(run => run.GetInt64()).Order().ToList();
        Assert.Equal((4, 4), (joint.Count, baselines.Count));
        Assert.All(baselines.Take(2), baseline => Assert.InRange(baseline, joint[1] + 1, joint[2] - 1));
        Assert.All(baselines.Skip(2), baseline => Assert.True(baseline > joint[3]));
        await running.Studio.SendAsync(HttpMethod.Post, $"studies/{id}/stop", null, HttpStatusCode.Accepted);
        await UntilDoneAsync(id);
    }

    private JsonObject Study(string name, int steps, params string[] policies) => new()
    {
        ["kind"] = "policies", ["name"] = name, ["spec"] = running.Spec(steps), ["policies"] = new JsonArray([.. policies.Select(policy => (JsonNode)policy)]), ["lossWeights"] = 0,
    };

    private async Task<JsonElement> LaunchAsync(JsonObject study)
    {
        var (body, location) = await running.Studio.SendAsync(HttpMethod.Post, "studies", study.ToJsonString(), HttpStatusCode.Created);
        Assert.Equal($"/api/v1/studies/{body.GetProperty("id")}", location!.ToString());
        return body;
    }

    private static (int Runs, int Reused, int Baselines) Counts(JsonElement answer) => (answer.GetProperty("runs").GetInt32(), answer.GetProperty("reused").GetInt32(), answer.GetProperty("baselines").GetInt32());

    private async Task<JsonElement> UntilDoneAsync(long id)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var study = await running.Studio.GetAsync($"studies/{id}");
            if (!study.GetProperty("underWay").GetBoolean()) return study;
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60), $"study {id} is still under way");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
