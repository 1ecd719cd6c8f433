using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

/// <summary>From launched runs to verdicts, by the API alone.</summary>
public sealed class CompareTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static long _hurt, _helped;

    private TestStudio Studio => running.Studio;

    [Fact]
    public async Task Compare_JudgesEachTask_BesideBaselinesAndTheUntunedModel()
    {
        var (hurt, helped) = await RunsAsync();
        var found = await Studio.GetAsync($"compare?runs={hurt},{helped}");
        Assert.Equal(["qa", "sentiment"], found.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task").GetString()));
        foreach (var task in found.GetProperty("tasks").EnumerateArray())
        {
            Assert.Equal(("exact-match", true, "fraction", "baseline"), (Text(task, "metric"), task.GetProperty("higherIsBetter").GetBoolean(), Text(task, "unit"), Text(task, "reference")));
            var values = task.GetProperty("values").EnumerateArray().ToDictionary(value => value.GetProperty("run").GetInt64());
            Check(values[hurt], "hurt", -1);
            Check(values[helped], "helped", 1);
            Assert.Equal("suspected", Text(values[hurt], "transfer"));
            Assert.False(values[helped].TryGetProperty("transfer", out _));
        }
        var deltaM = found.GetProperty("deltaM").EnumerateArray().ToDictionary(one => one.GetProperty("run").GetInt64());
        Assert.True(deltaM[hurt].GetProperty("high").GetDouble() < 0 && deltaM[helped].GetProperty("low").GetDouble() > 0);

        var untuned = (await Studio.GetAsync($"compare?runs={hurt}&reference=untuned")).GetProperty("tasks")[0].GetProperty("values")[0];
        Assert.Equal(("helped", hurt, 0), (Text(untuned, "verdict"), untuned.GetProperty("referenceRun").GetInt64(), untuned.GetProperty("referenceStep").GetInt32()));
        var pinned = (await Studio.GetAsync($"compare?runs={hurt},{helped}&reference={helped}")).GetProperty("tasks")[0].GetProperty("values");
        Assert.Equal(("hurt", "it is the reference"), (Text(pinned[0], "verdict"), Text(pinned[1], "reason")));

        static void Check(JsonElement value, string verdict, int sign)
        {
            Assert.Equal((verdict, "test", 400, 1), (Text(value, "verdict"), Text(value, "split"), value.GetProperty("examples").GetInt32(), value.GetProperty("seeds").GetInt32()));
            Assert.Equal(sign, Math.Sign(value.GetProperty("low").GetDouble()));
            Assert.Equal(value.GetProperty("value").GetDouble() - value.GetProperty("referenceValue").GetDouble(), value.GetProperty("delta").GetDouble(), 1e-12);
            Assert.InRange(value.GetProperty("delta").GetDouble(), value.GetProperty("low").GetDouble(), value.GetProperty("high").GetDouble());
        }
    }

    [Fact]
    public async Task Deltas_AreThoseOfTheExportedExamples_WhenRecomputed()
    {
        var (hurt, helped) = await RunsAsync();
        var compared = Rows(await CsvAsync($"compare?runs={hurt},{helped}&format=csv"));
        var checkedRows = 0;
        foreach (var row in compared.Take(3))
        {
            var examples = Rows(await CsvAsync($"compare/examples?run={row["run"]}&task={row["task"]}&format=csv"));
            Assert.Equal(row["examples"], examples.Count.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(Number(row["value"]), examples.Average(example => Number(example["score"])), 1e-12);
            Assert.Equal(Number(row["delta"]), examples.Average(example => Number(example["difference"])), 1e-12);
            Assert.All(examples, example => Assert.Equal(Number(example["score"]) - Number(example["referenceScore"]), Number(example["difference"]), 1e-12));
            checkedRows++;
        }
        Assert.Equal(3, checkedRows);
    }

    [Fact]
    public async Task Examples_AreSortedAndPaged_WithTheTextsThatWereKept()
    {
        var (hurt, _) = await RunsAsync();
        var page = await Studio.GetAsync($"compare/examples?run={hurt}&task=qa&sort=row&take=7");
        Assert.Equal((400, 7), (page.GetProperty("total").GetInt32(), page.GetProperty("items").GetArrayLength()));
        var first = page.GetProperty("items")[0];
        Assert.Equal(("input 0", "yes"), (Text(first, "input"), first.GetProperty("references")[0].GetString()));
        Assert.Equal(first.GetProperty("score").GetDouble() > 0 ? "yes" : "no", Text(first, "output"));
        Assert.Equal(first.GetProperty("referenceScore").GetDouble() > 0 ? "yes" : "no", Text(first, "referenceOutput"));
        Assert.False(page.GetProperty("items")[6].TryGetProperty("input", out _)); // only five outputs are kept
        var worst = await Studio.GetAsync($"compare/examples?run={hurt}&task=qa");
        Assert.Equal(-1, worst.GetProperty("items")[0].GetProperty("difference").GetDouble());
        // Of equally lost ones, those that can be read come first.
        var readable = worst.GetProperty("items").EnumerateArray().TakeWhile(item => item.GetProperty("difference").GetDouble() == -1).Select(item => item.TryGetProperty("output", out _)).ToList();
        Assert.Equal(readable.OrderDescending(), readable);
        var best = await Studio.GetAsync($"compare/examples?run={hurt}&task=qa&order=desc&take=1");
        Assert.True(best.GetProperty("items")[0].GetProperty("difference").GetDouble() >= 0);
    }

    [Fact]
    public async Task Verdicts_AreKeptAndAlarmed_WhenRunAndBaselinesHaveFinished()
    {
        var (hurt, helped) = await RunsAsync();
        for (var tries = 0; ; tries++)
        {
            var alarms = (await Studio.GetAsync($"runs/{hurt}/alarms")).EnumerateArray().Where(alarm => Text(alarm, "kind") == "hurt").ToList();
            if (alarms.Count == 2)
            {
                Assert.Contains(alarms, alarm => Text(alarm, "message")!.Contains("sentiment is hurt") && Text(alarm, "message")!.Contains("one seed"));
                break;
            }
            Assert.True(tries < 200, "no alarm came");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.DoesNotContain((await Studio.GetAsync($"runs/{helped}/alarms")).EnumerateArray(), alarm => Text(alarm, "kind") == "hurt");
    }

    [Fact]
    public async Task Groups_JudgeSeedsTogether_WhenRunsDifferOnlyInTheirSeed()
    {
        var ids = new List<long>();
        foreach (var seed in new[] { 5, 6, 7 })
        {
            var spec = running.Spec(22, "stepMs=1", "right=50"); // of other steps than the two runs, with which they would be judged together
            spec["seed"] = seed;
            ids.Add(await LaunchAsync(spec));
        }
        foreach (var id in ids) await FinishedAsync(id);
        var found = await Studio.GetAsync($"compare?runs={string.Join(',', ids)}");
        var group = Assert.Single(found.GetProperty("groups").EnumerateArray());
        Assert.Equal([5, 6, 7], group.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()));
        var value = group.GetProperty("tasks")[0].GetProperty("values")[0];
        Assert.Equal(("hurt", "negative", 3), (Text(value, "verdict"), Text(value, "transfer"), value.GetProperty("seeds").GetInt32()));
    }

    [Fact]
    public async Task Compare_SaysWhy_WhenThereIsNothingToStandBeside()
    {
        var alone = running.Spec(24, "stepMs=1");
        alone["seed"] = 99;
        var id = await running.LaunchAsync(alone);
        await running.UntilAsync(id, "finished");
        var value = (await Studio.GetAsync($"compare?runs={id}")).GetProperty("tasks")[0].GetProperty("values")[0];
        Assert.Equal("no baseline was made for it", Text(value, "reason"));
        Assert.True(value.GetProperty("value").GetDouble() > 0.5);
        Assert.False(value.TryGetProperty("verdict", out _));
    }

    [Theory]
    [InlineData("compare", "runs")]
    [InlineData("compare?runs=1,x", "runs")]
    [InlineData("compare?runs=987654", "runs")]
    [InlineData("compare?runs=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21&reference=best", "reference", "runs")]
    [InlineData("compare/examples", "run", "task")]
    [InlineData("compare/examples?run=1&task=qa&sort=size&order=up&format=xml", "format", "order", "sort")]
    public async Task Compare_NamesTheFields_WhenTheQueryIsWrong(string path, params string[] fields) =>
        Assert.Equal(fields, (await Studio.RefusedAsync(HttpMethod.Get, $"/api/v1/{path}", HttpStatusCode.BadRequest)).Fields().Order());

    /// <summary>One run that its baselines beat and one that beats them, all finished.</summary>
    private async Task<(long Hurt, long Helped)> RunsAsync()
    {
        await Once.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_hurt == 0) (_hurt, _helped) = (await LaunchAsync(running.Spec(20, "stepMs=1", "right=50")), await LaunchAsync(running.Spec(20, "stepMs=1", "right=85")));
            await FinishedAsync(_hurt);
            await FinishedAsync(_helped);
            return (_hurt, _helped);
        }
        finally
        {
            Once.Release();
        }
    }

    private Task<long> LaunchAsync(JsonObject spec) => running.LaunchAsync(spec, "?baselines=true");

    private async Task FinishedAsync(long id)
    {
        await running.UntilAsync(id, "finished");
        foreach (var link in (await Studio.GetAsync($"runs/{id}/baselines")).EnumerateArray()) await running.UntilAsync(link.GetProperty("runId").GetInt64(), "finished");
    }

    private async Task<string> CsvAsync(string path)
    {
        using var answer = await Studio.Client.GetAsync($"/api/v1/{path}", TestContext.Current.CancellationToken);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static List<Dictionary<string, string>> Rows(string csv)
    {
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        return [.. lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var found) ? found.GetString() : null;
}
