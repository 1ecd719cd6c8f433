using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;

namespace MtlStudio.Core.Tests.Studies;

public sealed class PolicyStudyTests
{
    private static readonly RunSpec Mix = new()
    {
        Name = "mix", Seed = 3, Model = new() { Path = "model" },
        Tasks = [.. new[] { "a", "b", "c" }.Select(name => new TaskSpec { Name = name, Data = new() { Train = $"{name}.jsonl", Validation = $"{name}.v.jsonl" }, Template = new() { Prompt = "{x}", Answer = "{y}" } })],
    };

    private static PolicyStudy Study => new() { Name = "policies", Spec = Mix, Policies = ["equal", "fixed", "pcgrad"], Rates = [0.001, 0.003], Seeds = 2, LossWeights = 4 };

    [Fact]
    public void Plan_GivesEachPolicyTheSameGrid()
    {
        var members = PolicyStudyPlan.Of(Study).Members;
        Assert.Equal(2 * 2 * (1 + 5 + 1), members.Count);
        foreach (var policy in new[] { "equal", "pcgrad" })
            Assert.Equal([(0.001, 3), (0.003, 3), (0.001, 4), (0.003, 4)], members.Where(member => member.Policy == policy).Select(member => (member.Rate, member.Seed)));
        Assert.All(members, member =>
        {
            Assert.Equal(member.Policy, member.Spec.Weighting.Name);
            Assert.Equal(member.Rate, member.Spec.Optimizer.Options.Number(MethodKind.Optimizer, "adamw", "lr"));
            Assert.Equal(member.Seed, member.Spec.Seed);
            Assert.Contains("study:policies", member.Spec.Tags);
            Assert.Empty(RunSpecValidator.Validate(member.Spec));
        });
        Assert.Equal(members.Count, members.Select(member => member.Spec.Name).Distinct().Count());
        Assert.Equal(members.Count, members.Select(member => SpecIdentity.Hash(member.Spec)).Distinct().Count());
    }

    [Fact]
    public void Plan_TunesFixedLossWeights_EachTaskDoubleAndThenDraws()
    {
        var sets = PolicyStudyPlan.Of(Study).Members.Where(member => member is { Policy: "fixed", Rate: 0.001, Seed: 3 }).Select(member => member.Spec.Tasks.Select(task => task.LossWeight).ToArray()).ToList();
        Assert.Equal([1, 1, 1], sets[0]);
        Assert.Equal([1.5, 0.75, 0.75], sets[1]);
        Assert.Equal([0.75, 0.75, 1.5], sets[3]);
        Assert.Equal(3, sets[4].Sum(), 1e-3);
        Assert.All(sets[4], weight => Assert.InRange(weight, 0.05, 3));
        // Fewer sets than tasks leave no task out by its place.
        Assert.Equal(3, LossWeightSets.Of(1, 2, 3, seed: 1).Distinct().Count());
        Assert.Equal(LossWeightSets.Of(1, 2, 3, seed: 1), LossWeightSets.Of(1, 2, 3, seed: 1));
    }

    [Fact]
    public void Plan_TakesAllPoliciesThatTheSpecBears_AndSaysWhyOthersAreLeftOut()
    {
        var all = PolicyStudyPlan.Of(Study with { Policies = [], Rates = [], Seeds = 1, LossWeights = null });
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Policy).Select(policy => policy.Name), all.Members.Select(member => member.Policy).Distinct());
        Assert.Empty(all.LeftOut);
        Assert.Equal(3, all.Members.Max(member => member.LossWeights));

        // Two micro-batches a step cannot hold three tasks.
        var narrow = PolicyStudyPlan.Of(Study with { Policies = [], Spec = Mix with { Training = new() { Accumulation = 2 } } });
        Assert.DoesNotContain(narrow.Members, member => member.Policy == "pcgrad");
        Assert.Contains("every task in each step", narrow.LeftOut.Single(one => one.Policy == "pcgrad").Reason);
        Assert.Contains(narrow.Members, member => member.Policy == "uw");
    }

    [Fact]
    public void Plan_KeepsTheSpecsOwnOptionsAndRate_WhereTheyAreItsOwn()
    {
        var tuned = Mix with { Weighting = new() { Name = "cagrad", Options = new Dictionary<string, System.Text.Json.JsonElement> { ["c"] = System.Text.Json.JsonSerializer.SerializeToElement(0.2) } } };
        var plan = PolicyStudyPlan.Of(new() { Name = "s", Spec = tuned, Policies = ["cagrad", "equal"] }).Members;
        Assert.Equal(SpecIdentity.Hash(tuned), SpecIdentity.Hash(plan[0].Spec));
        Assert.Empty(plan[1].Spec.Weighting.Options);
    }

    [Fact]
    public void Plan_NamesEveryFault_ByTheStudysField()
    {
        var faults = Assert.Throws<InvalidInputException>(() => PolicyStudyPlan.Of(Study with { Name = " ", Policies = ["equal", "magic"], Rates = [0.1, -1], Seeds = 0, LossWeights = 99, Spec = Mix with { Tasks = [Mix.Tasks[0]], Training = new() { Steps = 0 } } })).Errors;
        Assert.Superset(new HashSet<string> { "name", "policies[1]", "rates[1]", "seeds", "lossWeights", "spec.tasks", "spec.training.steps" }, faults.Select(fault => fault.Field).ToHashSet());
        var borne = Assert.Throws<InvalidInputException>(() => PolicyStudyPlan.Of(Study with { Spec = Mix with { Training = new() { Accumulation = 2 } } })).Errors;
        Assert.Equal("policies[2]", Assert.Single(borne).Field);
        var many = Assert.Throws<InvalidInputException>(() => PolicyStudyPlan.Of(Study with { Policies = [], Seeds = 20, Rates = [0.1, 0.2, 0.3], LossWeights = 50 })).Errors;
        Assert.Contains("at most 1,000", Assert.Single(many).Message);
        Assert.Equal("spec.sampler.name", Assert.Single(Assert.Throws<InvalidInputException>(() => PolicyStudyPlan.Of(Study with { Spec = Mix with { Sampler = new("odm") } })).Errors).Field);
        Assert.NotEmpty(PolicyStudyPlan.Of(Study with { Baselines = false, Spec = Mix with { Sampler = new("odm") } }).Members);
    }

    [Fact]
    public void Choice_IsTheBestOnValidation_AmongThoseWhoseSeedsHaveAllFinished()
    {
        StudyCandidate One(double rate, int planned, params double[] seeds) => new("uw", 0, rate, planned, seeds);
        Assert.Equal(0.003, StudyChoice.Best([One(0.001, 2, 0.5, 0.6), One(0.003, 2, 0.7, 0.6), One(0.01, 2, 0.99)])!.Rate);
        Assert.Equal(0.01, StudyChoice.Best([One(0.001, 2), One(0.01, 2, 0.2)])!.Rate);
        Assert.Null(StudyChoice.Best([One(0.001, 2)]));
        Assert.True(StudyChoice.IsAtEdge(One(0.01, 1, 1), [0.001, 0.003, 0.01]));
        Assert.False(StudyChoice.IsAtEdge(One(0.003, 1, 1), [0.001, 0.003, 0.01]));
        Assert.False(StudyChoice.IsAtEdge(One(0.003, 1, 1), [0.003, 0.003]));
    }

    [Fact]
    public void Reader_NamesEveryFault_OfStudyAndSpec()
    {
        var faults = Assert.Throws<InvalidInputException>(() => StudyReading.Read("""{"kind":"sweep","spec":{"name":"x","training":{"steps":-1}},"policies":"equal","rates":["a"],"seeds":1.5,"extra":1}""")).Errors.Select(fault => fault.Field).ToHashSet();
        Assert.Superset(new HashSet<string> { "kind", "policies", "rates", "seeds", "extra", "spec.training.steps" }, faults);
        Assert.Equal("spec", Assert.Single(Assert.Throws<InvalidInputException>(() => StudyReading.Read("{}")).Errors).Field);
        Assert.Equal("study", Assert.Single(Assert.Throws<InvalidInputException>(() => StudyReading.Read("[1")).Errors).Field);
        Assert.Equal("study", Assert.Single(Assert.Throws<InvalidInputException>(() => StudyReading.Read("[]")).Errors).Field);
        Assert.Equal("policies", Assert.Single(Assert.Throws<InvalidInputException>(() => StudyReading.Read("""{"spec":SPEC,"policies":[null]}""".Replace("SPEC", Json(Mix)))).Errors).Field);
    }

    [Fact]
    public void Reader_ReadsWhatIsGiven_AndTakesTheSpecsNameWithoutOne()
    {
        var json = $$"""{"kind":"policies","spec":{{Json(Mix)}},"policies":["equal"],"rates":[0.001],"seeds":3,"lossWeights":2,"baselines":false}""";
        var study = StudyReading.Read(json).Policies!;
        Assert.Equal(("mix", 3, 2, false), (study.Name, study.Seeds, study.LossWeights!.Value, study.Baselines));
        Assert.Equal(SpecIdentity.Hash(Mix), SpecIdentity.Hash(study.Spec));
        Assert.True(StudyReading.IsStudy(json));
        Assert.False(StudyReading.IsStudy(Json(Mix)));
        Assert.False(StudyReading.IsStudy("{"));
    }

    private static string Json(RunSpec spec) => System.Text.Json.JsonSerializer.Serialize(spec, WireJson.Compact);
}
