using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Sampling;

public sealed class SamplerGoldenTests
{
    [Fact]
    public void UniMax_MeetsTheReference_WhenTasksAreCapped()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/samplers.json")["unimax"]!["cases"]!.AsArray())
        {
            int[] sizes = [.. item!["sizes"]!.AsArray().Select(size => size.Whole())];
            misses.Near(item["id"].Text(), item["allocation"].Numbers(), UniMax.Allocate(sizes, item["budget"].Number(), item["max_epochs"].Number()), 1e-12);
            misses.Near($"{item["id"]} shares", item["probabilities"].Numbers(),
                SamplingShares.Of(new("unimax") { Options = Options(("passes", item["max_epochs"]!)) }, [], sizes, item["budget"].Number()), 1e-12);
        }
        misses.AssertNone(8);
    }

    [Fact]
    public void Annealed_MeetsTheReference_AtEveryStep()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/samplers.json")["annealed"]!["cases"]!.AsArray())
        {
            var shares = new AnnealedShares(item!["T_start"].Number(), item["T_end"].Number(), item["over_steps"].Whole());
            foreach (var step in item["steps"]!.AsArray())
            {
                misses.Near($"{item["id"]} T {step!["step"]}", step["T"].Number(), shares.TemperatureAt(step["step"].Whole()), 1e-12);
                misses.Near($"{item["id"]} {step["step"]}", step["probabilities"].Numbers(), shares.At(step["step"].Whole(), [.. item["sizes"]!.AsArray().Select(size => size.Whole())]), 1e-12);
            }
        }
        misses.AssertNone(20);
    }

    [Fact]
    public void Exp3_MeetsTheReference_UpdateByUpdate()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/samplers_online.json")["odm"]!.AsArray())
        {
            string[] tasks = [.. Enumerable.Range(0, item!["K"].Whole()).Select(k => $"t{k}")];
            var state = new Exp3State();
            foreach (var step in item["steps"]!.AsArray())
            {
                var before = Exp3.Shares(state, tasks);
                misses.Near($"{item["id"]} before {step!["t"]}", step["pi_before"].Numbers(), before, 1e-12);
                var arm = step["arm"].Whole();
                // As it would be resumed: from text.
                state = JsonSerializer.Deserialize<Exp3State>(JsonSerializer.Serialize(Exp3.Update(state, tasks[arm], before[arm], step["loss"].Number()), WireJson.Compact), WireJson.Compact)!;
                misses.Near($"{item["id"]} after {step["t"]}", step["pi_after"].Numbers(), Exp3.Shares(state, tasks), 1e-12);
            }
        }
        misses.AssertNone(120);
    }

    [Fact]
    public void Exp3_LearnsNothing_FromALossThatIsNotFinite()
    {
        var state = Exp3.Update(new(), "a", 0.5, 3);
        Assert.Same(state, Exp3.Update(state, "b", 0.5, double.NaN));
        Assert.Equal([1.0], Exp3.Shares(Exp3.Update(new(), "a", 1, 3), ["a"]));
    }

    [Fact]
    public void LargestRemainder_MeetsTheReference_WhenBatchesAreStratified()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/stratified.json")["cases"]!.AsArray())
            foreach (var batch in item!["batches"]!.AsArray())
                misses.Near($"{item["id"]} {batch!["size"]}", batch["per_class"].Numbers(),
                    [.. LargestRemainder.Share([.. item["counts"].Numbers().Select(count => (int)count)], batch["size"].Whole()).Select(share => (double)share)], 0);
        misses.AssertNone(8);
    }

    [Fact]
    public void MixEnd_EndsAsTheReferenceDoes_OnItsDraws()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/interleave.json")["cases"]!.AsArray().Where(item => item!["probabilities"] is not null))
        {
            int[] sizes = [.. item!["lengths"].Numbers().Select(length => (int)length)];
            bool[] live = [.. item["probabilities"].Numbers().Select(probability => probability > 0)];
            foreach (var (name, rule) in new[] { ("first_exhausted", EndRule.FirstExhausted), ("all_exhausted", EndRule.AllExhausted) })
            {
                if (item["results"]![name]!["order"] is not { } order) continue;
                var drawn = new long[sizes.Length];
                var seen = new List<string>();
                foreach (var draw in item["draws"].Numbers())
                {
                    if (MixEnd.IsReached(rule, drawn, sizes, live)) break;
                    seen.Add($"[{draw},{drawn[(int)draw]++ % sizes[(int)draw]}]");
                }
                misses.Check($"{item["id"]} {name}", string.Join("", seen) == string.Join("", order.AsArray().Select(pair => pair!.ToJsonString())));
            }
        }
        misses.AssertNone(7);
    }

    [Fact]
    public void PlannedShares_FollowTheWholeRun_WhenSharesChange()
    {
        var spec = new RunSpec
        {
            Tasks = [new() { Name = "a" }, new() { Name = "b", EndStep = 30 }, new() { Name = "c", StartStep = 20 }],
            Sampler = new("uniform"), Training = new() { Steps = 100, Accumulation = 4 },
        };
        var mix = SampledMix.Of(spec, [10, 10, 10]);
        // 20 steps of a and b, 10 of all, 70 of a and c.
        Assert.Equal([(45 + 10 / 3.0) / 100, (10 + 10 / 3.0) / 100, (35 + 10 / 3.0) / 100], mix.PlannedShares.Select(share => Math.Round(share, 12)).Select((share, k) => share), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([0.5, 0.5, 0], mix.SharesAt(19));
        var annealed = SampledMix.Of(spec with { Sampler = new("annealed"), Tasks = [new() { Name = "a" }, new() { Name = "b" }] }, [10, 1000]);
        Assert.True(annealed.PlannedShares[0] > annealed.Shares[0] && annealed.PlannedShares[0] < annealed.SharesAt(99)[0]);
    }

    [Theory]
    [InlineData("""{"endStep":5}""", """{"startStep":6}""", "tasks[0].endStep", "step 5")]
    [InlineData("""{"startStep":5,"endStep":5}""", "{}", "tasks[0].endStep", "you gave 5")]
    [InlineData("""{"startStep":300}""", "{}", "tasks[0].startStep", "300 steps")]
    [InlineData("""{"balance":true}""", "{}", "tasks[0].balance", "stratify")]
    public void Validate_NamesTheField_WhenATasksDrawsCannotBe(string first, string second, string field, string words)
    {
        TaskSpec Of(string change, string name)
        {
            var node = JsonSerializer.SerializeToNode(new TaskSpec { Name = name, Data = new() { Train = "a.jsonl" }, Template = new() { Answer = "{a}" } }, WireJson.Compact)!.AsObject();
            foreach (var (key, value) in JsonNode.Parse(change)!.AsObject()) node[key] = value?.DeepClone();
            return node.Deserialize<TaskSpec>(WireJson.Compact)!;
        }
        var error = Assert.Single(RunSpecValidator.Validate(new() { Model = new() { Path = "m" }, Tasks = [Of(first, "a"), Of(second, "b")] }));
        Assert.Equal(field, error.Field);
        Assert.Contains(words, error.Message);
    }

    [Fact]
    public void Check_RefusesBaselines_WhoseDrawsFollowTheJointRunsLosses()
    {
        var spec = new RunSpec { Tasks = [new() { Name = "a" }, new() { Name = "b" }] };
        Assert.Empty(BaselinePlanner.Check(spec));
        Assert.Equal("sampler.name", Assert.Single(BaselinePlanner.Check(spec with { Sampler = new("odm") })).Field);
        Assert.Equal("curriculum.name", Assert.Single(BaselinePlanner.Check(spec with { Curriculum = new("self-paced") })).Field);
    }

    private static Dictionary<string, JsonElement> Options(params (string Name, JsonNode Value)[] options) =>
        options.ToDictionary(option => option.Name, option => JsonSerializer.SerializeToElement(option.Value, WireJson.Compact));
}
