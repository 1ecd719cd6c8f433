using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;

namespace MtlStudio.Core.Tests.Studies;

public sealed class ShareStudyTests
{
    private static readonly RunSpec Mix = new()
    {
        Name = "mix", Seed = 3, Model = new() { Path = "model" }, Weighting = new() { Name = "pcgrad" },
        Tasks = [.. new[] { "a", "b", "c" }.Select(name => new TaskSpec { Name = name, Data = new() { Train = $"{name}.jsonl" }, Template = new() { Prompt = "{x}", Answer = "{y}" } })],
    };

    private static ShareStudy Study => new() { Name = "my shares", Spec = Mix, Eta = 2, Smoothing = 0.01, ProxySteps = 50 };

    [Fact]
    public void Plan_MakesThreeRuns_ThatDifferInSamplerPolicyAndShares()
    {
        Assert.Empty(ShareStudyPlan.Check(Study));
        var (reference, proxy) = (ShareStudyPlan.Reference(Study), ShareStudyPlan.Proxy(Study, 12));
        var final = ShareStudyPlan.Final(Study, new(50, new Dictionary<string, double> { ["a"] = 0.2, ["b"] = 0.5, ["c"] = 0.3 }));
        Assert.True(reference.Evaluation.TrainLosses);
        Assert.Equal(("pcgrad", "proportional", 300), (reference.Weighting.Name, reference.Sampler.Name, reference.Training.Steps));
        Assert.Equal(("group-dro", "run:12", "uniform", 50, "task-token"), (proxy.Weighting.Name, proxy.Weighting.Reference, proxy.Sampler.Name, proxy.Training.Steps, proxy.Training.LossMode));
        Assert.Equal((2.0, 0.01), (proxy.Weighting.Options.Number(MethodKind.Policy, "group-dro", "eta"), proxy.Weighting.Options.Number(MethodKind.Policy, "group-dro", "smoothing")));
        Assert.Equal(("pcgrad", "explicit"), (final.Weighting.Name, final.Sampler.Name));
        Assert.Equal([0.2, 0.5, 0.3], final.Tasks.Select(task => task.Share));
        Assert.All(new[] { reference, proxy, final }, spec =>
        {
            Assert.Empty(RunSpecValidator.Validate(spec));
            Assert.Contains("study:my-shares", spec.Tags);
        });
    }

    [Fact]
    public void Check_NamesEveryFault_ByTheStudysField()
    {
        var faults = ShareStudyPlan.Check(Study with { Name = "", Eta = 0, Smoothing = 1, ProxySteps = 0, Spec = Mix with { Tasks = [Mix.Tasks[0]], Weighting = new() { Name = "coba" } } });
        Assert.Equal(["eta", "name", "proxySteps", "smoothing", "spec.tasks", "spec.weighting.name"], faults.Select(fault => fault.Field).Order());
        var warm = Mix with { Schedule = new("cosine") { Options = new Dictionary<string, JsonElement> { ["warmupSteps"] = JsonSerializer.SerializeToElement(100) } } };
        Assert.Equal("proxySteps", Assert.Single(ShareStudyPlan.Check(Study with { Spec = warm })).Field);
        Assert.Empty(ShareStudyPlan.Check(Study with { Spec = warm, ProxySteps = null }));
    }

    [Fact]
    public void Reading_TellsTheKinds_AndTheirFaults()
    {
        var json = JsonSerializer.Serialize(Study, WireJson.Compact);
        Assert.StartsWith("{\"kind\":\"doremi\"", json);
        Assert.True(StudyReading.IsStudy(json));
        var read = StudyReading.Read(json);
        Assert.Null(read.Policies);
        Assert.Equal((2.0, 0.01, 50), (read.Shares!.Eta, read.Shares.Smoothing, read.Shares.ProxySteps));
        var plain = StudyReading.Read($$"""{"kind":"doremi","spec":{{JsonSerializer.Serialize(Mix, WireJson.Compact)}}}""").Shares!;
        Assert.Equal(("mix", 1.0, 1e-4), (plain.Name, plain.Eta, plain.Smoothing));
        var faults = Assert.Throws<InvalidInputException>(() => StudyReading.Read("""{"kind":"doremi","rates":[1],"eta":"much","spec":{"name":"x","training":{"steps":-1}}}""")).Errors;
        Assert.Superset(new HashSet<string> { "rates", "eta", "spec.training.steps" }, faults.Select(fault => fault.Field).ToHashSet());
    }

    [Fact]
    public void Reference_IsRefusedUnderOtherPolicies_AndLeavesOlderHashesAlone()
    {
        Assert.Equal("weighting.reference", Assert.Single(RunSpecValidator.Validate(Mix with { Weighting = new() { Name = "uw", Reference = "run:1" } })).Field);
        Assert.Equal(SpecIdentity.Hash(Mix), SpecIdentity.Hash(Mix with { Evaluation = new() { TrainLosses = false } }));
        Assert.NotEqual(SpecIdentity.Hash(Mix), SpecIdentity.Hash(Mix with { Evaluation = new() { TrainLosses = true } }));
        Assert.Contains("names no run", Assert.Throws<InvalidInputException>(() => ReferenceRun.Losses("run:x", ".", new("nowhere"))).Message);
        Assert.Contains("--data DIR", Assert.Throws<InvalidInputException>(() => ReferenceRun.Losses("run:3", ".", null)).Message);
    }
}
