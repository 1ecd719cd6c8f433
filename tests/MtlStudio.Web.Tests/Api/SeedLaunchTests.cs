using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Web.Tests.Api;

public sealed class SeedLaunchTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    [Fact]
    public async Task Seeds_QueueRunsThatDifferInSeedAlone_EachWithItsOwnBaselines()
    {
        var (body, location) = await running.Studio.SendAsync(HttpMethod.Post, "runs?seeds=2&baselines=true", running.Spec(3).ToJsonString(), HttpStatusCode.Created);
        var runs = body.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal([1L, 2], runs.Select(run => run.GetProperty("seed").GetInt64()));
        Assert.Equal($"/api/v1/runs/{runs[0].GetProperty("id")}", location!.ToString());
        Assert.Equal(body.GetProperty("id").GetInt64(), runs[0].GetProperty("id").GetInt64());
        Assert.Equal(4, runs.SelectMany(run => run.GetProperty("baselines").EnumerateArray()).Select(baseline => baseline.GetProperty("runId").GetInt64()).Distinct().Count());
        var rows = new List<JsonElement>();
        foreach (var run in runs) rows.Add(await running.Studio.GetAsync($"runs/{run.GetProperty("id")}"));
        Assert.Equal(["run · seed 1", "run · seed 2"], rows.Select(row => row.GetProperty("name").GetString()));
        var tag = Assert.Single(rows.Select(row => row.GetProperty("summary").GetProperty("tags").EnumerateArray().Single(tag => tag.GetString()!.StartsWith("seeds:", StringComparison.Ordinal)).GetString()).Distinct());
        Assert.Equal(2, (await running.Studio.GetAsync($"runs?tag={Uri.EscapeDataString(tag!)}&baselines=false")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Launch_QueuesNothing_WhenATaskThatIsNeverDrawnWantsABaseline()
    {
        var before = (await running.Studio.GetAsync("runs")).GetProperty("total").GetInt32();
        var spec = running.Spec(3);
        spec["sampler"] = new JsonObject { ["name"] = "explicit" };
        spec["tasks"]![1]!["share"] = 0;
        using var content = new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["tasks[1].share"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs?baselines=true", HttpStatusCode.BadRequest, content)).Fields());
        using var again = new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["seeds"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs?seeds=0", HttpStatusCode.BadRequest, again)).Fields());
        Assert.Equal(before, (await running.Studio.GetAsync("runs")).GetProperty("total").GetInt32());
        await running.LaunchAsync(spec);
    }
}
