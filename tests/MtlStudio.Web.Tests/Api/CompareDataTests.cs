using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Web.Tests.Api;

public sealed class CompareDataTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private async Task<(long First, long Second)> TwoAsync()
    {
        var other = running.Spec(40, "stepMs=1");
        other["seed"] = 9;
        var ids = (await running.LaunchAsync(running.Spec(40, "stepMs=1")), await running.LaunchAsync(other));
        await running.UntilAsync(ids.Item1, "finished");
        await running.UntilAsync(ids.Item2, "finished");
        return ids;
    }

    [Fact]
    public async Task Points_SpecsAndSamples_AreToldForAllRunsAtOnce()
    {
        var (first, second) = await TwoAsync();
        var points = await running.Studio.GetAsync($"compare/points?runs={first},{second}&series=loss/train/qa&series=none");
        Assert.Equal([first, second], points.EnumerateArray().Select(run => run.GetProperty("run").GetInt64()));
        Assert.All(points.EnumerateArray(), run => Assert.Equal(40, Assert.Single(run.GetProperty("series").EnumerateArray()).GetProperty("x").GetArrayLength()));

        var row = Assert.Single((await running.Studio.GetAsync($"compare/specs?runs={first},{second}")).EnumerateArray());
        Assert.Equal("seed", row.GetProperty("field").GetString());
        Assert.Equal(["1", "9"], row.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()));

        var samples = await running.Studio.GetAsync($"compare/samples?runs={first},{second}&task=qa&step=20&split=validation");
        Assert.Equal([first, second], samples.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("run").GetInt64()));
        Assert.All(samples.GetProperty("outputs").EnumerateArray(), output => Assert.Equal("in", output.GetProperty("sample").GetProperty("input").GetString()));
    }

    [Fact]
    public async Task Report_IsAFileToKeep()
    {
        var (first, second) = await TwoAsync();
        using var answer = await running.Studio.Client.GetAsync($"/api/v1/reports/compare?runs={first},{second}&reference=untuned", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"compare-{first}-{second}.html", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Contains("the untuned model", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("reports/compare?runs=1", "runs")]
    [InlineData("reports/compare?runs=1,2&reference=best", "reference")]
    [InlineData("compare/points?runs=1,x&series=lr", "runs")]
    [InlineData("compare/points?series=lr", "runs")]
    [InlineData("compare/specs?runs=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21", "runs")]
    [InlineData("compare/specs?run=1", "run")]
    public async Task Call_IsRefusedByItsField_WhenRunsAreNotGivenRight(string path, string field) =>
        Assert.Equal([field], (await running.Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/{path}", HttpStatusCode.BadRequest)).Fields());

    [Fact]
    public async Task Call_Is404_WhenARunIsGone() => await running.Studio.RefusedAsync(HttpMethod.Get, "/api/v1/compare/specs?runs=123456", HttpStatusCode.NotFound);
}
