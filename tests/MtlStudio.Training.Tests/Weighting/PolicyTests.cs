using System.Text.Json.Nodes;
using MtlStudio.Core;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Losses;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>What every policy answers to degenerate input, and how its state behaves.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string> Policies => [.. PolicyRegistry.Names];

    /// <summary>Those whose answer for one task is known: the gradient itself.</summary>
    public static TheoryData<string> OneForOne => [.. PolicyRegistry.Names.Except(["uw", "nash-mtl", "fairgrad", "cagrad", "auto-lambda", "db-mtl"])];

    /// <summary>Pure functions of the Gram matrix, whatever the order of the tasks.</summary>
    public static TheoryData<string> GramFunctions => ["mgda", "cagrad", "imtl-g", "nash-mtl", "aligned-mtl", "fairgrad", "upgrad", "dualproj", "config"];

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
            ["nearly opposed"] = Problem.Of([1, 2], [-1, -2.0000001]),
            ["singular"] = Problem.Of([1, 2], [2, 1], [3, 3], [-1, 1]),
            ["scales"] = Problem.Of([1e-6, 1e-6], [1e6, -2e6], [1, 1]),
            ["tiny"] = Problem.Of([1e-12, 1e-13], [-1e-12, 2e-12]),
            ["not finite"] = Problem.Of([1, 2], [double.NaN, 1], [double.PositiveInfinity, 0]),
            ["none finite"] = Problem.Of([double.NaN, 2]) with { Losses = [double.NaN] },
            ["loss not finite"] = Problem.Of([1, 2], [2, 1]) with { Losses = [double.PositiveInfinity, 1] },
            ["zero losses"] = Problem.Of([1, 2], [2, 1]) with { Losses = [0, 0] },
            ["loss scales"] = Problem.Of([1, 2], [2, 1]) with { Losses = [1e-6, 1e6] },
            ["one task"] = Problem.Of([3, 4]),
        };
        foreach (var (what, problem) in problems)
        {
            var run = new PolicySteps(Make(name, problem.Tasks));
            for (var step = 0; step < 150; step++)
            {
                var (weighing, direction) = run.Step(problem.Input(step), problem.Rows);
                Assert.True(weighing.Coefficients.Length == problem.Tasks && weighing.Coefficients.All(double.IsFinite), $"{what}, step {step}: {string.Join(", ", weighing.Coefficients)}");
                if (run.Policy.Needs >= PolicyNeeds.Gram) Assert.True(direction.All(double.IsFinite), $"{what}, step {step}: direction");
            }
        }
    }

    [Theory]
    [MemberData(nameof(OneForOne))]
    public void Weigh_GivesOne_WhenThereIsOneTask(string name) =>
        Assert.Equal(1, new PolicySteps(Make(name, 1)).Step(Problem.Of([3, 4]).Input(), [[3, 4]]).Weighing.Coefficients.Single(), 1e-12);

    [Theory]
    [MemberData(nameof(GramFunctions))]
    [InlineData("pcgrad")]
    [InlineData("gradvac")]
    [InlineData("graddrop")]
    public void Weigh_CombinesTheOthersAndNamesTheTask_WhenOneGradientIsNotFinite(string name)
    {
        var whole = Problem.Of([1, 2], [double.NaN, 1], [-2, 1]);
        var (weighing, direction) = new PolicySteps(Make(name, 3)).Step(whole.Input(), whole.Rows);
        var rest = Problem.Of([1, 2], [-2, 1]);
        var (alone, expected) = new PolicySteps(Make(name, 2)).Step(rest.Input(), rest.Rows);
        Assert.Equal(["task1"], weighing.LeftOut);
        Assert.Equal(0, weighing.Coefficients[1]);
        Assert.Equal(alone.Coefficients, new[] { weighing.Coefficients[0], weighing.Coefficients[2] });
        Assert.Equal(expected, direction);
    }

    [Theory]
    [MemberData(nameof(GramFunctions))]
    [InlineData("pcgrad")]
    [InlineData("gradvac")]
    public void Weigh_GivesTheSameDirection_WhenAllGradientsAreScaled(string name)
    {
        var problem = Problem.Of([1, 2, 0.5], [-2, 1, 0.3], [0.2, -1, 0.1]);
        var expected = Unit(problem.Combine(Make(name, 3).Weigh(problem.Input(), null).Coefficients));
        foreach (var factor in new[] { 1e-9, 1e-6, 1e-3, 1e3, 1e6 })
        {
            var scaled = problem.Scaled(factor);
            Assert.All(expected.Zip(Unit(scaled.Combine(Make(name, 3).Weigh(scaled.Input(), null).Coefficients))), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
    }

    [Theory]
    [MemberData(nameof(GramFunctions))]
    public void Weigh_PermutesTheCoefficients_WhenTheTasksArePermuted(string name)
    {
        for (var trial = 0; trial < 20; trial++)
        {
            var problem = Random(trial, 5, 7);
            var order = Enumerable.Range(0, 5).ToArray();
            new KeyedRandom(trial, "order").Shuffle(order.AsSpan());
            var straight = Make(name, 5).Weigh(problem.Input(), null).Coefficients;
            var permuted = Make(name, 5).Weigh((problem with { Rows = [.. order.Select(k => problem.Rows[k])] }).Input(), null).Coefficients;
            Assert.All(order.Select((k, i) => (straight[k], permuted[i])), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-7 * Math.Max(1, Math.Abs(pair.Item1))));
        }
    }

    [Theory]
    [InlineData("mgda")]
    [InlineData("upgrad")]
    [InlineData("dualproj")]
    [InlineData("nash-mtl")]
    [InlineData("config")]
    public void Weigh_HarmsNoTask_WhenGradientsAreRandom(string name)
    {
        foreach (var (tasks, columns) in new[] { (2, 3), (5, 6), (12, 30), (40, 60) })
            for (var trial = 0; trial < (tasks == 40 ? 3 : 10); trial++)
            {
                var problem = Random(trial, tasks, columns);
                var direction = Unit(problem.Combine(Make(name, tasks).Weigh(problem.Input(), null).Coefficients));
                Assert.All(problem.Rows, row => Assert.True(row.Zip(direction).Sum(pair => pair.First * pair.Second) >= -1e-7));
            }
    }

    [Theory]
    [InlineData("mgda")]
    [InlineData("rlw")]
    [InlineData("famo")]
    [InlineData("coba")]
    public void Weigh_StaysOnTheSimplex_WhenTheScaleIsOne(string name)
    {
        var run = new PolicySteps(Make(name, 4));
        for (var step = 0; step < 120; step++)
        {
            var problem = Random(step, 4, 6);
            var coefficients = run.Step(problem.Input(step), problem.Rows).Weighing.Coefficients;
            Assert.All(coefficients, value => Assert.InRange(value, 0, 1));
            Assert.Equal(1, coefficients.Sum(), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Weigh_GivesTheSameBits_WhenTheStateWentThroughText(string name)
    {
        var (kept, restored) = (new PolicySteps(Make(name, 3)), new PolicySteps(Make(name, 3)));
        for (var step = 0; step < 120; step++)
        {
            var problem = Random(step, 3, 4);
            var (expected, direction) = kept.Step(problem.Input(step), problem.Rows);
            var (actual, other) = restored.Step(problem.Input(step), problem.Rows);
            Assert.Equal(expected.Coefficients, actual.Coefficients);
            Assert.Equal(direction, other);
            restored.State = restored.State is null ? null : JsonNode.Parse(restored.State.ToJsonString(WireJson.Compact))!.AsObject();
        }
    }

    [Theory]
    [InlineData("uw", "tasks")]
    [InlineData("dwa", "tasks")]
    [InlineData("imtl-l", "tasks")]
    [InlineData("famo", "tasks")]
    [InlineData("stch", "tasks")]
    [InlineData("auto-lambda", "tasks")]
    [InlineData("excess-mtl", "tasks")]
    [InlineData("moco", "tasks")]
    [InlineData("db-mtl", "steps")]
    [InlineData("gradnorm", "logits")]
    [InlineData("nash-mtl", "alpha")]
    [InlineData("gradvac", "rho")]
    public void Advance_LeavesAnAbsentTasksStateUntouched_WhenTheStepLacksIt(string name, string part)
    {
        var run = new PolicySteps(Make(name, 3));
        for (var step = 0; step < 60; step++)
        {
            var problem = Random(step, 3, 4);
            run.Step(problem.Input(step), problem.Rows);
        }
        var before = run.State![part]!.DeepClone();
        var absent = Random(99, 2, 4);
        run.Step(absent.Input(60) with { Tasks = ["task0", "task2"] }, absent.Rows);
        Assert.Equal(before["task1"]!.ToJsonString(), run.State![part]!["task1"]!.ToJsonString());
        if (name != "stch") Assert.NotEqual(before["task0"]!.ToJsonString(), run.State![part]!["task0"]!.ToJsonString());
    }

    [Theory]
    [InlineData("pcgrad")]
    [InlineData("rlw")]
    [InlineData("graddrop")]
    public void Weigh_DrawsAnew_WhenTheStepIsAnother(string name)
    {
        var problem = Problem.Of([1, 2, 0], [-2, 1, 0.3], [0.2, -1, -1], [-0.4, -0.3, 1]);
        double[] At(int step) => new PolicySteps(Make(name, 4)).Step(problem.Input(step), problem.Rows).Direction;
        Assert.Equal(At(3), At(3));
        Assert.Contains(Enumerable.Range(4, 20), step => !At(step).SequenceEqual(At(3)));
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

    [Theory]
    [InlineData("mgda")]
    [InlineData("nash-mtl")]
    [InlineData("fairgrad")]
    public void Weigh_SaysParetoStationary_WhenGradientsAreOpposed(string name)
    {
        Assert.Contains("Pareto stationary", Make(name, 2).Weigh(Problem.Of([1, 2], [-2, -4]).Input(), null).Note);
        Assert.Null(Make(name, 2).Weigh(Problem.Of([1, 2], [-2, 1]).Input(), null).Note);
    }

    [Fact]
    public void ImtlG_TurnsTheDirectionRound_WhenItWouldRaiseEveryLoss()
    {
        // Equal projections on these two need a sum of coefficients below 0.
        var problem = Problem.Of([1, 0], [-9.95, 1]);
        var weighing = Make("imtl-g", 2).Weigh(problem.Input(), null);
        var direction = problem.Combine(weighing.Coefficients);
        Assert.All(problem.Rows, row => Assert.True(row.Zip(direction).Sum(pair => pair.First * pair.Second) > 0));
        Assert.Equal(1, Math.Abs(weighing.Coefficients.Sum()), 1e-12);
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("loss+")]
    [InlineData("l2")]
    public void Mgda_LeavesARowUndivided_WhenItsDivisorIsZeroOrTiny(string normalization)
    {
        foreach (var loss in new[] { 0, 1e-300, -1 })
        {
            var problem = Problem.Of([1, 2], [-2, 1], [0, 0]) with { Losses = [loss, 1, loss] };
            var coefficients = Make("mgda", 3, ("normalization", normalization)).Weigh(problem.Input(), null).Coefficients;
            Assert.All(coefficients, value => Assert.InRange(value, 0, 1));
            Assert.Equal(1, coefficients.Sum(), 1e-12);
        }
    }

    [Fact]
    public void Names_AreTheCatalogs_WhenCompared() =>
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Policy).Select(method => method.Name).Order(), PolicyRegistry.Names.Order());

    [Fact]
    public void Needs_IsTheGradients_WhenTheCatalogWantsEveryTask()
    {
        foreach (var name in PolicyRegistry.Names)
            Assert.Equal(MethodCatalog.Get(MethodKind.Policy, name).NeedsEveryTask, Make(name, 2).Needs >= PolicyNeeds.Gram);
    }

    [Fact]
    public void Create_NamesTheChoices_WhenThePolicyIsUnknown()
    {
        var bad = Assert.Throws<InvalidInputException>(() => PolicyRegistry.Create(new() { Name = "sgd" }, [new()]));
        Assert.Contains("pcgrad", bad.Errors.Single().Message);
    }

    internal static IWeightingPolicy Make(string name, int tasks, params (string Name, object Value)[] options)
    {
        var policy = PolicyRegistry.Create(new() { Name = name, Options = Loop.ToyRun.Options(options) }, [.. Enumerable.Range(0, tasks).Select(k => new TaskSpec { Name = Problem.Name(k) })]);
        Assert.Equal(name, policy.Name);
        Assert.True(policy.NominalScale(tasks) > 0);
        return policy;
    }

    private static Problem Random(int seed, int tasks, int columns)
    {
        var random = new KeyedRandom(seed, "test");
        return Problem.Of([.. Enumerable.Range(0, tasks).Select(_ => Enumerable.Range(0, columns).Select(_ => random.NextNormal()).ToArray())])
            with
        { Losses = [.. Enumerable.Range(0, tasks).Select(_ => 0.1 + random.NextDouble())] };
    }

    private static double[] Unit(double[] vector)
    {
        var norm = Math.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / norm)];
    }
}
