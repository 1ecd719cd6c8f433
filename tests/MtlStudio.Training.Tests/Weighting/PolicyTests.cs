using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>What every policy answers to degenerate input, and how its state behaves.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string> Policies => [.. PolicyRegistry.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Weigh_GivesFiniteCoefficients_WhenInputIsDegenerate(string name)
    {
        var problems = new Dictionary<string, Problem>
        {
            ["zero"] = Problem.Of([0, 0], [1, 2], [0, 0]),
            ["all zero"] = Problem.Of([0, 0], [0, 0]),
            ["equal"] = Problem.Of([1, 2], [1, 2], [1, 2]),
            ["opposed"] = Problem.Of([1, 2], [-1, -2]),
            ["scales"] = Problem.Of([1e-6, 1e-6], [1e6, -2e6], [1, 1]),
            ["not finite"] = Problem.Of([1, 2], [double.NaN, 1], [double.PositiveInfinity, 0]),
            ["none finite"] = Problem.Of([double.NaN, 2]) with { Losses = [double.NaN] },
            ["zero losses"] = Problem.Of([1, 2], [2, 1]) with { Losses = [0, 0] },
        };
        foreach (var (what, problem) in problems)
        {
            var policy = Make(name, problem.Tasks);
            JsonObject? state = null;
            for (var step = 0; step < 60; step++)
            {
                var weighing = policy.Weigh(problem.Input(step), state);
                Assert.True(weighing.Coefficients.Length == problem.Tasks && weighing.Coefficients.All(double.IsFinite), $"{what}, step {step}");
                state = policy.Advance(problem.Input(step), state);
            }
        }
    }

    [Theory]
    [InlineData("equal")]
    [InlineData("fixed")]
    [InlineData("dwa")]
    [InlineData("pcgrad")]
    [InlineData("mgda")]
    public void Weigh_GivesOne_WhenThereIsOneTask(string name)
    {
        var policy = Make(name, 1);
        Assert.Equal([1.0], policy.Weigh(Problem.Of([3, 4]).Input(), null).Coefficients);
    }

    [Theory]
    [InlineData("pcgrad")]
    [InlineData("mgda")]
    public void Weigh_CombinesTheOthersAndNamesTheTask_WhenOneGradientIsNotFinite(string name)
    {
        var policy = Make(name, 3);
        var whole = policy.Weigh(Problem.Of([1, 2], [double.NaN, 1], [-2, 1]).Input(), null);
        var alone = policy.Weigh(Problem.Of([1, 2], [-2, 1]).Input(), null);
        Assert.Equal(["task1"], whole.LeftOut);
        Assert.Equal(0, whole.Coefficients[1]);
        Assert.Equal(alone.Coefficients, new[] { whole.Coefficients[0], whole.Coefficients[2] });
    }

    [Theory]
    [InlineData("pcgrad")]
    [InlineData("mgda")]
    public void Weigh_GivesTheSameCoefficients_WhenAllGradientsAreScaled(string name)
    {
        var problem = Problem.Of([1, 2, 0.5], [-2, 1, 0.3], [0.2, -1, 0.1]);
        var policy = Make(name, 3);
        var expected = policy.Weigh(problem.Input(), null).Coefficients;
        foreach (var factor in new[] { 1e-6, 1e-3, 1e3, 1e6 })
        {
            var actual = policy.Weigh(problem.Scaled(factor).Input(), null).Coefficients;
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Fact]
    public void Mgda_SaysParetoStationary_WhenGradientsAreOpposed()
    {
        var policy = Make("mgda", 2);
        Assert.Contains("Pareto stationary", policy.Weigh(Problem.Of([1, 2], [-2, -4]).Input(), null).Note);
        Assert.Contains("Pareto stationary", policy.Weigh(Problem.Of([1, 2], [0, 0]).Input(), null).Note);
        Assert.Null(policy.Weigh(Problem.Of([1, 2], [-2, 1]).Input(), null).Note);
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("loss+")]
    [InlineData("l2")]
    public void Mgda_LeavesARowUndivided_WhenItsDivisorIsZeroOrTiny(string normalization)
    {
        var options = new Dictionary<string, JsonElement> { ["normalization"] = JsonSerializer.SerializeToElement(normalization) };
        foreach (var loss in new[] { 0, 1e-300, -1 })
        {
            var problem = Problem.Of([1, 2], [-2, 1], [0, 0]) with { Losses = [loss, 1, loss] };
            var coefficients = MgdaPolicy.Create(options).Weigh(problem.Input(), null).Coefficients;
            Assert.All(coefficients, value => Assert.InRange(value, 0, 1));
            Assert.Equal(1, coefficients.Sum(), 1e-12);
        }
    }

    [Fact]
    public void Mgda_DescendsOnEveryTask_WhenGradientsAreRandom()
    {
        var policy = Make("mgda", 40);
        for (var trial = 0; trial < 50; trial++)
        {
            var random = new MtlStudio.Core.KeyedRandom(trial, "test");
            var problem = Problem.Of([.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 60).Select(_ => random.NextNormal()).ToArray())]);
            var direction = problem.Combine(policy.Weigh(problem.Input(), null).Coefficients);
            var squared = direction.Sum(value => value * value);
            Assert.All(problem.Rows, row => Assert.True(row.Zip(direction).Sum(pair => pair.First * pair.Second) >= squared * (1 - 1e-9) - 1e-12));
        }
    }

    [Fact]
    public void PcGrad_DrawsAnotherOrder_WhenTheStepIsAnother()
    {
        var problem = Problem.Of([1, 2, 0], [-2, 1, 0.3], [0.2, -1, -1], [-0.4, -0.3, 1]);
        var policy = Make("pcgrad", 4);
        var first = policy.Weigh(problem.Input(step: 3), null).Coefficients;
        Assert.Equal(first, policy.Weigh(problem.Input(step: 3), null).Coefficients);
        Assert.Contains(Enumerable.Range(4, 20), step => !policy.Weigh(problem.Input(step), null).Coefficients.SequenceEqual(first));
    }

    [Theory]
    [InlineData("uw")]
    [InlineData("dwa")]
    public void Advance_LeavesAnAbsentTasksStateUntouched_WhenTheStepLacksIt(string name)
    {
        var policy = Make(name, 3);
        var all = new WeighInput { Tasks = ["task0", "task1", "task2"], Step = 0, Seed = 1, Losses = [1, 2, 3] };
        var state = policy.Advance(all, null);
        var before = state!["tasks"]!["task1"]!.ToJsonString();
        var next = policy.Advance(all with { Tasks = ["task0", "task2"], Step = 1, Losses = [0.5, 0.7] }, state);
        Assert.Equal(before, next!["tasks"]!["task1"]!.ToJsonString());
        Assert.NotEqual(state["tasks"]!["task0"]!.ToJsonString(), next["tasks"]!["task0"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Weigh_GivesTheSameBits_WhenTheStateWentThroughText(string name)
    {
        var policy = Make(name, 3);
        JsonObject? kept = null, restored = null;
        for (var step = 0; step < 100; step++)
        {
            var random = new MtlStudio.Core.KeyedRandom(9, "test", step);
            var problem = Problem.Of([.. Enumerable.Range(0, 3).Select(_ => new[] { random.NextNormal(), random.NextNormal() })])
                with
            { Losses = [random.NextDouble(), 3 * random.NextDouble(), random.NextDouble() / 3] };
            Assert.Equal(policy.Weigh(problem.Input(step), kept).Coefficients, policy.Weigh(problem.Input(step), restored).Coefficients);
            kept = policy.Advance(problem.Input(step), kept);
            var advanced = policy.Advance(problem.Input(step), restored);
            restored = advanced is null ? null : JsonNode.Parse(advanced.ToJsonString(WireJson.Compact))!.AsObject();
        }
    }

    [Fact]
    public void Dwa_KeepsOnes_WhenTheFirstTwoWindowsAreOpen()
    {
        var policy = new DwaPolicy(["task0", "task1"], new(2, 3));
        JsonObject? state = null;
        for (var step = 0; step < 6; step++)
        {
            var input = new WeighInput { Tasks = ["task0", "task1"], Step = step, Seed = 1, Losses = [1.0 / (step + 1), 1] };
            Assert.Equal([1.0, 1.0], policy.Weigh(input, state).Coefficients);
            state = policy.Advance(input, state);
        }
        var weights = policy.Weigh(new() { Tasks = ["task0", "task1"], Step = 6, Seed = 1 }, state).Coefficients;
        Assert.True(weights[0] < 1 && weights[1] > 1, "the task whose loss falls faster counts less");
        Assert.Equal(2, weights.Sum(), 1e-12);
    }

    [Fact]
    public void Fixed_KeepsTheMixsProportions_WhenAStepHoldsOneTask()
    {
        var policy = new FixedPolicy([new() { Name = "a", LossWeight = 3 }, new() { Name = "b", LossWeight = 1 }]);
        Assert.Equal([1.5], policy.Weigh(new() { Tasks = ["a"], Step = 0, Seed = 1 }, null).Coefficients);
        Assert.Equal([0.5], policy.Weigh(new() { Tasks = ["b"], Step = 0, Seed = 1 }, null).Coefficients);
    }

    [Fact]
    public void Fixed_NamesEveryFault_WhenLossWeightsAreBad()
    {
        var bad = Assert.Throws<InvalidInputException>(() => new FixedPolicy([new() { Name = "a", LossWeight = -1 }, new() { Name = "b", LossWeight = double.NaN }]));
        Assert.Equal(["tasks[0].lossWeight", "tasks[1].lossWeight"], bad.Errors.Select(error => error.Field));
        Assert.Throws<InvalidInputException>(() => new FixedPolicy([new() { Name = "a", LossWeight = 0 }, new() { Name = "b", LossWeight = 0 }]));
        Assert.Equal([1.0], new FixedPolicy([new() { Name = "a", LossWeight = 0 }]).Weigh(new() { Tasks = ["a"], Step = 0, Seed = 1 }, null).Coefficients);
    }

    [Fact]
    public void Names_AreTheCatalogs_WhenCompared() =>
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Policy).Select(method => method.Name).Order(), PolicyRegistry.Names.Order());

    [Fact]
    public void Needs_IsTheGramMatrix_WhenTheCatalogWantsEveryTask()
    {
        foreach (var name in PolicyRegistry.Names)
            Assert.Equal(MethodCatalog.Get(MethodKind.Policy, name).NeedsEveryTask, Make(name, 2).Needs == PolicyNeeds.Gram);
    }

    [Fact]
    public void Create_NamesTheChoices_WhenThePolicyIsUnknown()
    {
        var bad = Assert.Throws<InvalidInputException>(() => PolicyRegistry.Create(new() { Name = "sgd" }, [new()]));
        Assert.Contains("pcgrad", bad.Errors.Single().Message);
    }

    private static IWeightingPolicy Make(string name, int tasks)
    {
        var policy = PolicyRegistry.Create(new() { Name = name }, [.. Enumerable.Range(0, tasks).Select(k => new TaskSpec { Name = Problem.Name(k) })]);
        Assert.Equal(name, policy.Name);
        Assert.True(policy.NominalScale(tasks) > 0);
        return policy;
    }
}
