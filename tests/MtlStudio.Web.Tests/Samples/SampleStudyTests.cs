using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Samples;

public sealed class SampleStudyTests
{
    private static readonly RecordedStudy Study = RecordedStudy.Read(SampleStudy.Folder);

    [Fact]
    public async Task Study_StandsThereFinishedAndJudged_OnTheFirstStart()
    {
        await using var studio = await TestStudio.StartAsync("--Studio:SampleStudy=true");
        var runs = await RunsAsync(studio, Study.Runs.Count);
        Assert.All(runs, run =>
        {
            Assert.Equal("finished", (string)run["state"]!);
            Assert.Equal((int)run["totalSteps"]!, (int)run["step"]!);
            Assert.Contains("recorded", run["summary"]!["tags"]!.AsArray().Select(tag => (string)tag!));
            Assert.StartsWith("recorded on another machine on ", (string)run["stateReason"]!);
        });
        // What it shows can be trained again here: everything it names is there.
        var data = new DataFolder(studio.DataFolder);
        Assert.All(Study.Runs, run => Assert.Empty(SpecReferences.Check(run.Spec, data)));

        var joint = Study.Runs.First(run => run.Baselines.Count > 0);
        var id = runs.Where(run => (string)run["name"]! == joint.Spec.Name).Select(run => (long)run["id"]!).Single();
        var points = await GetAsync(studio, $"runs/{id}/points?series=loss/train&x=step&points=10000");
        Assert.Equal(joint.Spec.Training.Steps, points[0]!["x"]!.AsArray().Count);
        var compared = await GetAsync(studio, $"compare?runs={id}&reference=baseline");
        Assert.All(compared["tasks"]!.AsArray(), task => Assert.NotNull(task!["values"]![0]!["delta"]));
        Assert.Equal("hurt", (string)compared["tasks"]!.AsArray().Single(task => (string)task!["task"]! == "sentiment")!["values"]![0]!["verdict"]!);
    }

    [Fact]
    public async Task Study_DoesNotComeBack_WhenItsRunsAreDeleted()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-study-").FullName;
        try
        {
            await using (var studio = await TestStudio.StartAsync(folder, configure: null, "--Studio:SampleStudy=true"))
                foreach (var run in await RunsAsync(studio, Study.Runs.Count))
                    using (var answer = await studio.Client.DeleteAsync($"/api/v1/runs/{run["id"]}", TestContext.Current.CancellationToken)) answer.EnsureSuccessStatusCode();
            await using var again = await TestStudio.StartAsync(folder, configure: null, "--Studio:SampleStudy=true");
            await again.Service<IEnumerable<IHostedService>>().OfType<SampleStudy>().Single().ExecuteTask!.WaitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, (int)(await GetAsync(again, "runs"))["total"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>All runs, once so many are there and the study says it is taken in.</summary>
    private static async Task<IReadOnlyList<JsonNode>> RunsAsync(TestStudio studio, int count)
    {
        for (var left = 300; ; left--)
        {
            var page = await GetAsync(studio, "runs?take=100");
            if ((int)page["total"]! == count && await IsTakenInAsync(studio)) return [.. page["items"]!.AsArray().Select(run => run!)];
            Assert.True(left > 0, $"{page["total"]} of {count} runs are there");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> IsTakenInAsync(TestStudio studio)
    {
        await using var context = await studio.Service<IDbContextFactory<StudioContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await context.Settings.AnyAsync(setting => setting.Key == SampleStudy.Done, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonNode> GetAsync(TestStudio studio, string path) =>
        (await studio.Client.GetFromJsonAsync<JsonNode>($"/api/v1/{path}", TestContext.Current.CancellationToken))!;
}
