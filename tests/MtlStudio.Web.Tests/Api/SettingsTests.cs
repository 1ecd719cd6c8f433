using System.Net;
using System.Text;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class SettingsTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private TestStudio Studio => running.Studio;

    [Fact]
    public async Task Judging_KeepsWhatIsSet_AndRefusesWhatIsNone()
    {
        Assert.Equal(1, (await Studio.GetAsync("settings/judging")).GetProperty("smallestDifference").GetDouble());
        await Studio.SendAsync(HttpMethod.Put, "settings/judging", """{"smallestDifference":2.5}""", HttpStatusCode.OK);
        Assert.Equal(2.5, (await Studio.GetAsync("settings/judging")).GetProperty("smallestDifference").GetDouble());
        Assert.Equal(["smallestDifference"], await FaultsAsync("judging", """{"smallestDifference":51}"""));
        await FaultsAsync("judging", """{"smalestDifference":1}""");
        Assert.Equal(2.5, (await Studio.GetAsync("settings/judging")).GetProperty("smallestDifference").GetDouble());
    }

    [Fact]
    public async Task Device_TakesNoRun_WhileItIsSwitchedOff()
    {
        await Studio.SendAsync(HttpMethod.Put, "settings/devices/cpu:0", """{"enabled":false,"threads":1}""", HttpStatusCode.OK);
        var id = await running.LaunchAsync(running.Spec(3));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var waiting = await Studio.GetAsync($"runs/{id}");
        Assert.Equal(("queued", "waits for cpu:0: switched off in Settings"), (waiting.GetProperty("state").GetString(), waiting.GetProperty("waitReason").GetString()));
        Assert.Equal(1, (await Studio.Service<NodeDevices>().FindAsync("cpu:0", TestContext.Current.CancellationToken)).Threads);
        await Studio.SendAsync(HttpMethod.Put, "settings/devices/cpu:0", """{"enabled":true}""", HttpStatusCode.OK);
        await running.UntilAsync(id, "finished");
        Assert.Equal(["name"], await FaultsAsync("devices/tpu:0", "{}"));
        Assert.Equal(["threads"], await FaultsAsync("devices/cpu:0", """{"threads":-1}"""));
    }

    [Fact]
    public async Task Look_MakesTheGpuThatTheTrainerFindsADevice()
    {
        await Studio.SendAsync(HttpMethod.Post, "settings/devices/look", null, HttpStatusCode.OK);
        var gpu = (await Studio.GetAsync("settings/devices")).EnumerateArray().Single(device => device.GetProperty("name").GetString() == "cuda:0");
        Assert.Equal(("test GPU", 8L << 30), (gpu.GetProperty("description").GetString(), gpu.GetProperty("memoryBytes").GetInt64()));
        // A device more is a worker more: a run for it starts though the CPU is taken.
        var blocker = await running.LaunchAsync(running.Spec(100_000, "stepMs=5"));
        await running.UntilAsync(blocker, "running");
        var spec = running.Spec(3);
        spec["device"] = new System.Text.Json.Nodes.JsonObject { ["kind"] = "cuda" };
        await running.UntilAsync(await running.LaunchAsync(spec), "finished");
        await Studio.SendAsync(HttpMethod.Post, $"runs/{blocker}/stop", null, HttpStatusCode.Accepted);
        await running.UntilAsync(blocker, "stopped");
    }

    [Fact]
    public async Task Retention_ShowsWhatGoes_ThenLetsItGo()
    {
        var spec = running.Spec(100, "stepMs=1");
        spec["checkpoints"] = new System.Text.Json.Nodes.JsonObject { ["every"] = 20, ["keepLast"] = 10 };
        var id = await running.LaunchAsync(spec);
        await running.UntilAsync(id, "finished");
        Assert.Equal(["archivedAfterDays", "checkpointsAfterDays"], await FaultsAsync("retention", """{"checkpointsAfterDays":-1,"archivedAfterDays":4000}"""));
        await Studio.SendAsync(HttpMethod.Put, "settings/retention", """{"beyondBestAndLast":true}""", HttpStatusCode.OK);
        var before = (await Studio.GetAsync($"runs/{id}/checkpoints")).GetArrayLength();
        var plan = await Studio.GetAsync("settings/retention/plan");
        var own = plan.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("runId").GetInt64() == id).ToList();
        Assert.NotEmpty(own);
        Assert.Equal(plan.GetProperty("bytes").GetInt64(), plan.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("bytes").GetInt64()));

        await Studio.SendAsync(HttpMethod.Post, "settings/retention/run", null, HttpStatusCode.Accepted);
        for (var left = 200; (await Studio.GetAsync("settings/retention/progress")).GetProperty("running").GetBoolean(); left--)
        {
            Assert.True(left > 0, "the clean-up does not end");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        var kept = (await Studio.GetAsync($"runs/{id}/checkpoints")).EnumerateArray().Select(one => one.GetProperty("path").GetString()!).ToList();
        Assert.Equal(before - own.Count, kept.Count);
        var folder = new DataFolder(Studio.DataFolder).Run(id);
        Assert.Equal(kept.Order(), Directory.EnumerateDirectories(folder.Checkpoints).Select(path => Path.GetRelativePath(folder.Root, path)).Order());
        Assert.DoesNotContain((await Studio.GetAsync("settings/retention/plan")).GetProperty("items").EnumerateArray(), item => item.GetProperty("runId").GetInt64() == id);
    }

    private async Task<string[]> FaultsAsync(string part, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return (await Studio.RefusedAsync(HttpMethod.Put, $"/api/v1/settings/{part}", HttpStatusCode.BadRequest, content)).Fields();
    }
}
