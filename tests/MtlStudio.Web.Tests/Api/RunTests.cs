using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class RunTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private TestStudio Studio => running.Studio;

    [Fact]
    public async Task Run_IsToldWhole_OnceItIsFinished()
    {
        var id = await running.LaunchAsync(running.Spec(60, "stepMs=1"));
        var run = await running.UntilAsync(id, "finished");
        Assert.Equal(60, run.GetProperty("step").GetInt32());
        Assert.Equal(60, run.GetProperty("totalSteps").GetInt32());
        Assert.Equal("qa", run.GetProperty("spec").GetProperty("tasks")[0].GetProperty("name").GetString());
        Assert.Equal(["qa", "sentiment"], run.GetProperty("summary").GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("name").GetString()));
        Assert.True(run.GetProperty("createdAt").GetInt64() <= run.GetProperty("startedAt").GetInt64());
        Assert.True(run.GetProperty("startedAt").GetInt64() <= run.GetProperty("endedAt").GetInt64());
        Assert.False(run.TryGetProperty("failure", out _));

        await CheckSeriesAsync(id);
        await CheckEventsAsync(id);
        await CheckFilesAsync(id);
        var samples = await Studio.GetAsync($"runs/{id}/samples?task=qa&step=20");
        Assert.Equal("in", samples.GetProperty("items")[0].GetProperty("input").GetString());
        Assert.Equal(0, (await Studio.GetAsync($"runs/{id}/samples?task=none")).GetProperty("total").GetInt32());
        Assert.Equal("finished", (await Studio.GetAsync($"runs/{id}/transitions")).EnumerateArray().Last().GetProperty("to").GetString());
        Assert.NotEmpty((await Studio.GetAsync($"runs/{id}/checkpoints")).EnumerateArray());
        Assert.Equal(JsonValueKind.Array, (await Studio.GetAsync($"runs/{id}/log")).GetProperty("items").ValueKind);
    }

    private async Task CheckSeriesAsync(long id)
    {
        var series = (await Studio.GetAsync($"runs/{id}/series")).EnumerateArray().Single(one => one.GetProperty("name").GetString() == "loss/train/qa");
        Assert.Equal((60, 60), (series.GetProperty("points").GetInt32(), series.GetProperty("lastStep").GetInt32()));
        var points = await Studio.GetAsync($"runs/{id}/points?series=loss/train/qa&series=loss/train/none&points=1000");
        Assert.Equal(60, points[0].GetProperty("x").GetArrayLength());
        Assert.Equal(series.GetProperty("last").GetDouble(), points[0].GetProperty("mean")[59].GetDouble());
        Assert.Equal(0, points[1].GetProperty("x").GetArrayLength());
        var few = (await Studio.GetAsync($"runs/{id}/points?series=loss/train/qa&points=10&from=11&to=60&x=step"))[0];
        Assert.InRange(few.GetProperty("x").GetArrayLength(), 2, 10);
        Assert.True(few.GetProperty("min")[0].GetDouble() <= few.GetProperty("mean")[0].GetDouble());
        Assert.Equal(480, (await Studio.GetAsync($"runs/{id}/points?series=loss/train/qa&x=examples"))[0].GetProperty("x")[59].GetDouble());
        Assert.Equal(["x"], (await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}/points?series=lr&x=epochs", HttpStatusCode.BadRequest)).Fields());
        Assert.Equal(["series"], (await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}/points", HttpStatusCode.BadRequest)).Fields());
    }

    private async Task CheckEventsAsync(long id)
    {
        var written = await File.ReadAllLinesAsync(new DataFolder(Studio.DataFolder).Run(id).Events, TestContext.Current.CancellationToken);
        var read = new List<string>();
        for (long after = 0; ;)
        {
            var page = await Studio.GetAsync($"runs/{id}/events?after={after}&take=17");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()));
            after = page.GetProperty("next").GetInt64();
            if (!page.GetProperty("more").GetBoolean()) break;
        }
        Assert.Equal(written, read);
        Assert.Equal(["after", "take"], (await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}/events?after=-1&take=0", HttpStatusCode.BadRequest)).Fields());
    }

    private async Task CheckFilesAsync(long id)
    {
        var files = (await Studio.GetAsync($"runs/{id}/artifacts")).GetProperty("items").EnumerateArray().ToDictionary(file => file.GetProperty("path").GetString()!);
        Assert.Contains("spec.json", files.Keys);
        Assert.DoesNotContain("lock", files.Keys);
        using var spec = await Studio.Client.GetAsync(files["spec.json"].GetProperty("href").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal("attachment", spec.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(files["spec.json"].GetProperty("bytes").GetInt64(), (await spec.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        foreach (var path in new[] { "..%2f..%2fstudio.db", "%2e%2e/%2e%2e/studio.db", "%2fetc%2fpasswd", "lock", "no/such", "checkpoints" })
            await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}/artifacts/{path}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Commands_LeadARunThroughItsStates_AndRefuseWrongOnes()
    {
        var id = await running.LaunchAsync(running.Spec(100_000, "stepMs=5"));
        await running.UntilAsync(id, "running");
        var waiting = await running.LaunchAsync(running.Spec(10));
        var queued = await Studio.GetAsync($"runs/{waiting}");
        Assert.Contains($"held by run {id}", queued.GetProperty("waitReason").GetString());
        Assert.Contains(waiting, (await Studio.GetAsync("queue")).EnumerateArray().Select(run => run.GetProperty("id").GetInt64()));
        Assert.Equal(id, (await Studio.GetAsync("devices"))[0].GetProperty("runId").GetInt64());

        await RefusedAsync(id, "resume");
        await RefusedAsync(id, "retry");
        await RefusedAsync(waiting, "pause");
        await Studio.RefusedAsync(HttpMethod.Delete, $"/api/v1/runs/{id}", HttpStatusCode.Conflict);
        Assert.Equal("stopped", await MoveAsync(waiting, "stop"));
        Assert.Equal("pausing", await MoveAsync(id, "pause"));
        await running.UntilAsync(id, "paused");
        Assert.Equal("queued", await MoveAsync(id, "resume"));
        await running.UntilAsync(id, "running");
        Assert.Equal("stopping", await MoveAsync(id, "stop"));
        await running.UntilAsync(id, "stopped");
        Assert.Equal("queued", await MoveAsync(id, "retry"));
        await MoveAsync(id, "stop");
        await running.UntilAsync(id, "stopped");

        await Studio.SendAsync(HttpMethod.Delete, $"runs/{id}", null, HttpStatusCode.NoContent);
        await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/runs/{id}", HttpStatusCode.NotFound);
        await Studio.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{id}/stop", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Failure_IsTold_WithItsCure()
    {
        var run = await running.UntilAsync(await running.LaunchAsync(running.Spec(20, "stepMs=1", "failAt=7")), "failed");
        Assert.Contains("lower the learning rate", run.GetProperty("failure").GetString());
    }

    [Fact]
    public async Task Baselines_AreQueuedOnce_AndReusedAfterwards()
    {
        var spec = running.Spec(15, "stepMs=1");
        spec["seed"] = 77;
        var (first, _) = await Studio.SendAsync(HttpMethod.Post, "runs?baselines=true", spec.ToJsonString(), HttpStatusCode.Created);
        Assert.All(first.GetProperty("baselines").EnumerateArray(), one => Assert.False(one.GetProperty("reused").GetBoolean()));
        Assert.Equal(["qa", "sentiment"], first.GetProperty("baselines").EnumerateArray().Select(one => one.GetProperty("task").GetString()));
        var id = first.GetProperty("id").GetInt64();
        var (clone, location) = await Studio.SendAsync(HttpMethod.Post, $"runs/{id}/clone?name=again", null, HttpStatusCode.Created);
        var copy = clone.GetProperty("id").GetInt64();
        Assert.EndsWith($"/runs/{copy}", location!.ToString());
        Assert.Equal("again", (await Studio.GetAsync($"runs/{copy}")).GetProperty("name").GetString());
        var (second, _) = await Studio.SendAsync(HttpMethod.Post, $"runs/{copy}/baselines", null, HttpStatusCode.Accepted);
        Assert.All(second.GetProperty("baselines").EnumerateArray(), one => Assert.True(one.GetProperty("reused").GetBoolean()));
        var linked = await Studio.GetAsync($"runs/{copy}/baselines");
        Assert.Equal(2, linked.GetArrayLength());
        var baseline = linked[0].GetProperty("runId").GetInt64();
        Assert.Equal(["id"], (await Studio.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{baseline}/baselines", HttpStatusCode.BadRequest)).Fields());
        await running.UntilAsync(baseline, "finished");
    }

    [Fact]
    public async Task List_IsFilteredSortedAndPaged()
    {
        var id = await running.LaunchAsync(running.Spec(5, "stepMs=1"));
        await running.UntilAsync(id, "finished");
        var (edited, _) = await Studio.SendAsync(HttpMethod.Patch, $"runs/{id}", "{\"name\":\"Zebra\",\"tags\":[\"striped\"],\"note\":\"n\",\"priority\":3}", HttpStatusCode.OK);
        Assert.Equal("Zebra", edited.GetProperty("name").GetString());
        foreach (var query in new[] { "text=zeb", "tag=striped", "tag=striped&state=finished,failed&task=qa&policy=equal&baselines=false" })
        {
            var page = await Studio.GetAsync($"runs?{query}");
            Assert.Equal(id, Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());
            Assert.Equal(1, page.GetProperty("total").GetInt32());
        }
        var sorted = await Studio.GetAsync("runs?sort=id&order=asc&take=1000");
        var ids = sorted.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("id").GetInt64()).ToArray();
        Assert.Equal(ids.Order(), ids);
        var second = await Studio.GetAsync("runs?sort=id&order=asc&skip=1&take=1");
        if (ids.Length > 1) Assert.Equal(ids[1], second.GetProperty("items")[0].GetProperty("id").GetInt64());
        await Studio.SendAsync(HttpMethod.Patch, $"runs/{id}", "{\"archived\":true}", HttpStatusCode.OK);
        Assert.Equal(0, (await Studio.GetAsync("runs?tag=striped")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await Studio.GetAsync("runs?tag=striped&archived=all")).GetProperty("total").GetInt32());
        Assert.Equal(["priority", "tags[0]"], (await Studio.RefusedAsync(HttpMethod.Patch, $"/api/v1/runs/{id}", HttpStatusCode.BadRequest,
            new StringContent("{\"tags\":[\"\"],\"priority\":5000}", Encoding.UTF8, "application/json"))).Fields());
    }

    [Fact]
    public async Task Launch_QueuesNothing_WhenTheSpecIsRefused()
    {
        var before = (await Studio.GetAsync("runs?archived=all")).GetProperty("total").GetInt32();
        var spec = running.Spec(0);
        spec["tasks"]![0]!["data"]!["dataset"] = DataFolder.HashPrefix + new string('0', 64);
        await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs", HttpStatusCode.BadRequest, new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json"));
        spec = running.Spec(5);
        spec["tasks"]![0]!["data"]!["dataset"] = DataFolder.HashPrefix + new string('0', 64);
        Assert.Equal(["tasks[0].data.dataset"], (await Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs", HttpStatusCode.BadRequest, new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json"))).Fields());
        Assert.Equal(before, (await Studio.GetAsync("runs?archived=all")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Order_IsRefused_WhenARunDoesNotWait() => Assert.Equal(["ids"], (await Studio.RefusedAsync(HttpMethod.Put, "/api/v1/runs/order", HttpStatusCode.BadRequest,
        new StringContent("{\"ids\":[987654]}", Encoding.UTF8, "application/json"))).Fields());

    private async Task<string> MoveAsync(long id, string verb) =>
        (await Studio.SendAsync(HttpMethod.Post, $"runs/{id}/{verb}", null, HttpStatusCode.Accepted)).Body.GetProperty("state").GetString()!;

    private async Task RefusedAsync(long id, string verb) =>
        Assert.Contains($"Run {id} is", (await Studio.RefusedAsync(HttpMethod.Post, $"/api/v1/runs/{id}/{verb}", HttpStatusCode.Conflict)).GetProperty("detail").GetString());
}
