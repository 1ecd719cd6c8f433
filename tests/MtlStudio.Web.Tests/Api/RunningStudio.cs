using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

/// <summary>A whole studio with fake trainers, one small dataset and one model folder in its data folder.</summary>
public sealed class RunningStudio : IAsyncLifetime
{
    private static readonly string Rig = Path.Combine(AppContext.BaseDirectory, "MtlStudio.TestRig");
    private string _dataset = "", _model = "";

    public TestStudio Studio { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Studio = await TestStudio.StartAsync($"--Studio:Supervision:Trainer={Rig}");
        using var rows = new MultipartFormDataContent { { new StringContent("{\"q\":\"1+1\",\"a\":\"2\"}\n"), "train", "qa.jsonl" }, { new StringContent("{\"q\":\"2+2\",\"a\":\"4\"}\n"), "validation", "v.jsonl" } };
        _dataset = await SendFormAsync("datasets", rows);
        using var model = new MultipartFormDataContent { { new StringContent("{\"model_type\":\"llama\"}"), "file", "config.json" }, { new StringContent(LibraryTests.NoTensors), "file", "model.safetensors" } };
        _model = await SendFormAsync("models", model);
    }

    /// <summary>A spec that may be launched here.</summary>
    /// <param name="traits">How the fake trainer behaves, as "stepMs=5".</param>
    public JsonObject Spec(int steps, params string[] traits) => JsonSerializer.SerializeToNode(new RunSpec
    {
        Name = "run",
        Model = new() { Path = _model },
        Tasks = [Task("qa"), Task("sentiment")],
        Training = new() { Steps = steps },
        Checkpoints = new() { Every = 20 },
        Tags = [.. traits.Select(trait => $"fake:{trait}")],
    }, WireJson.Compact)!.AsObject();

    public async Task<long> LaunchAsync(JsonObject spec, string query = "")
    {
        var (body, location) = await Studio.SendAsync(HttpMethod.Post, $"runs{query}", spec.ToJsonString(), HttpStatusCode.Created);
        var id = body.GetProperty("id").GetInt64();
        Assert.Equal($"/api/v1/runs/{id}", location!.ToString());
        return id;
    }

    public async Task<JsonElement> UntilAsync(long id, params string[] states)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var run = await Studio.GetAsync($"runs/{id}");
            if (states.Contains(run.GetProperty("state").GetString())) return run;
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"run {id} is {run.GetProperty("state")} ({run.GetProperty("stateReason")}), not {string.Join(" or ", states)}");
            await System.Threading.Tasks.Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Studio.DisposeAsync();

    private TaskSpec Task(string name) => new() { Name = name, Data = new() { Dataset = _dataset }, Template = new() { Prompt = "{q}", Answer = "{a}" } };

    private async Task<string> SendFormAsync(string path, HttpContent form)
    {
        using var answer = await Studio.Client.PostAsync($"/api/v1/{path}", form, TestContext.Current.CancellationToken);
        return (await ApiClient.ReadAsync(answer, HttpStatusCode.Created)).GetProperty("reference").GetString()!;
    }
}
