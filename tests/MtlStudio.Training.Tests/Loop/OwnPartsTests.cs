using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Sharing;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>What is private to tasks or groups: out of the Gram matrix, weighed apart, and at rest without their examples.</summary>
public sealed class OwnPartsTests
{
    private static readonly string[] Tasks = ["a", "b", "c"];

    // The gradient of task k is (k + 1) on what is shared and 10 (k + 1) on its own part; b and c are of one group.
    private sealed class Toy : IDisposable
    {
        private readonly Dictionary<string, Tensor> leaves = [];

        public Toy(params PrivateOwner[] owners) => Parameters = new(
            [New("shared", null), .. owners.Select(owner => New(owner.Name, owner))], CPU);

        public FlatParameters Parameters { get; }

        public TrainedLosses Losses(int step, MicroBatch batch, BatchTensors tensors)
        {
            var owner = Parameters.PrivateOf(Tasks[batch.Task])!.Owner.Name;
            var loss = leaves["shared"].sum().mul(Scalars.Of(batch.Task + 1)).add(leaves[owner].sum().mul(Scalars.Of(10 * (batch.Task + 1))), Scalars.One);
            return ones(batch.Tokens).mul(loss);
        }

        public float[] Values(string name) => leaves[name].detach().data<float>().ToArray();

        public void Dispose() => Parameters.Dispose();

        private TrainableParameter New(string name, PrivateOwner? owner) => new(name, zeros(2), false, leaf => leaves[name] = leaf) { Owner = owner };
    }

    private static StepResult Step(Toy toy, IWeightingPolicy policy, int[] present, double clip = 0, bool together = false)
    {
        using var rows = new GradientRows(toy.Parameters, together ? 1 : present.Length, whole: together);
        using var sgd = new Sgd(toy.Parameters, 0, false, 0);
        using var onRows = policy is IRowPolicy byElement ? new PolicyRows(byElement, toy.Parameters, Tasks.Length) : null;
        var step = new MultiTaskStep(Tasks, toy.Losses, toy.Parameters, rows, policy, sgd, new() { Seed = 1, LossMode = LossMode.TaskToken, ClipNorm = clip, Together = together })
        {
            PolicyRows = onRows,
            Probes = policy.Extras == PolicyExtras.None ? null : new(policy, Tasks, toy.Losses, (_, task) => new MicroBatch(task, 0, [LabeledIds.AfterPrompt([1, 2, 3], 1)]), toy.Parameters),
        };
        return step.Take(0, [.. present.Select(task => new MicroBatch(task, task, [LabeledIds.AfterPrompt([1, 2, 3], 1)]))], 1);
    }

    private static PrivateOwner[] Owners() => [new("a", ["a"]), new("g", ["b", "c"])];

    [Fact]
    public void Take_WeighsPrivatePartsByTheCoefficient_WhenThePolicyKnowsLossesAlone()
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        var fixedPolicy = PolicyRegistry.Create(new() { Name = "fixed" }, [new() { Name = "a", LossWeight = 1 }, new() { Name = "b", LossWeight = 2 }, new() { Name = "c", LossWeight = 3 }]);
        var result = Step(toy, fixedPolicy, [0, 1, 2]);
        Assert.Equal([0.5, 1, 1.5], result.Coefficients);
        Assert.Equal([-7f, -7f], toy.Values("shared")); // 0.5·1 + 1·2 + 1.5·3
        Assert.Equal([-5f, -5f], toy.Values("a")); // 0.5·10
        Assert.Equal([-65f, -65f], toy.Values("g")); // 1·20 + 1.5·30
        Assert.Equal(Math.Sqrt(2 * (7 * 7 + 5 * 5 + 65 * 65)), result.GradientNorm, 1e-6);
        Assert.Equal(2 * 2 * 3, result.Gram![1, 2], 1e-9); // of what is shared alone
    }

    [Fact]
    public void Take_TrainsPrivatePartsWholly_WhenThePolicyCombinesGradients()
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        Step(toy, PolicyRegistry.Create(new() { Name = "mgda" }, [.. Tasks.Select(name => new TaskSpec { Name = name })]), [0, 1, 2]);
        Assert.Equal(-1, toy.Values("shared")[0], 1e-4); // the shortest of the hull: task a's
        Assert.Equal([-10f, -10f], toy.Values("a"));
        Assert.Equal([-50f, -50f], toy.Values("g"));
    }

    [Fact]
    public void Take_ClipsTheWholeDirection_AndLeavesTheAbsentAtRest()
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        var result = Step(toy, PolicyRegistry.Create(new() { Name = "equal" }, [new() { Name = "a" }]), [0], clip: 1);
        Assert.Equal(Math.Sqrt(2 * (1 + 100)), result.GradientNorm, 1e-6);
        Assert.Equal(-1 / result.GradientNorm, toy.Values("shared")[0], 1e-6);
        Assert.Equal(-10 / result.GradientNorm, toy.Values("a")[0], 1e-6);
        Assert.Equal([0f, 0f], toy.Values("g"));
    }

    [Theory]
    [InlineData("graddrop", 6)] // all signs agree: nothing is dropped
    [InlineData("excess-mtl", 6)] // the first step only sets its reference
    [InlineData("auto-lambda", 0.6)] // λ begins at 0.1
    public void Take_TrainsPrivatePartsWholly_WhenThePolicyWantsMoreThanTheGramMatrix(string name, float shared)
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        var result = Step(toy, PolicyRegistry.Create(new() { Name = name }, [.. Tasks.Select(task => new TaskSpec { Name = task })]), [0, 1, 2]);
        Assert.Equal(-shared, toy.Values("shared")[0], 1e-5);
        Assert.Equal([-10f, -10f], toy.Values("a"));
        Assert.Equal([-50f, -50f], toy.Values("g"));
        Assert.Equal(Math.Sqrt(2 * (shared * shared + 10 * 10 + 50 * 50)), result.GradientNorm, 1e-4);
    }

    [Fact]
    public void Take_ClipsWhatAPolicyWrote_WithWhatIsPrivate()
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        var result = Step(toy, PolicyRegistry.Create(new() { Name = "graddrop" }, [.. Tasks.Select(task => new TaskSpec { Name = task })]), [0, 1, 2], clip: 1);
        Assert.Equal(-6 / result.GradientNorm, toy.Values("shared")[0], 1e-5);
        Assert.Equal(-50 / result.GradientNorm, toy.Values("g")[0], 1e-5);
    }

    [Fact]
    public void HeldOutProducts_AreOverWhatIsShared_AndPutTheValuesBack()
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        var policy = PolicyRegistry.Create(new() { Name = "auto-lambda" }, [.. Tasks.Select(task => new TaskSpec { Name = task })]);
        using var rows = new GradientRows(toy.Parameters, 3);
        for (var slot = 0; slot < 3; slot++)
        {
            rows.Bind(slot);
            var batch = new MicroBatch(slot, 0, [LabeledIds.AfterPrompt([1, 2, 3], 1)]);
            toy.Losses(0, batch, batch.Collate(CPU)).Objective.mean().backward();
        }
        var probes = new PolicyProbes(policy, Tasks, toy.Losses, (_, task) => new MicroBatch(task, 0, [LabeledIds.AfterPrompt([1, 2, 3], 1)]), toy.Parameters);
        (PrivatePart?, double)[] own = [.. Tasks.Select(task => (toy.Parameters.PrivateOf(task), 1.0))];
        // Each row is (k + 1) on two shared numbers, and the held-out gradient 1 + 2 + 3 there.
        Assert.Equal([12, 24, 36], probes.HeldOutProducts(0, rows, [1, 1, 1], own, 0.1)!);
        Assert.Equal([0f, 0f], toy.Values("g"));
    }

    [Fact]
    public void Take_GivesTheSameValues_WhenTasksWithPrivatePartsShareOneRow()
    {
        foreach (var name in new[] { "fixed", "gls", "uw" })
        {
            using var scope = NewDisposeScope();
            using var toy = new Toy(Owners());
            using var other = new Toy(Owners());
            TaskSpec[] tasks = [new() { Name = "a", LossWeight = 1 }, new() { Name = "b", LossWeight = 2 }, new() { Name = "c", LossWeight = 3 }];
            var (rows, one) = (Step(toy, PolicyRegistry.Create(new() { Name = name }, tasks), [0, 1, 2]), Step(other, PolicyRegistry.Create(new() { Name = name }, tasks), [0, 1, 2], together: true));
            foreach (var part in new[] { "shared", "a", "g" }) Assert.Equal(toy.Values(part), other.Values(part), (x, y) => Math.Abs(x - y) <= 1e-6 * Math.Abs(x));
            Assert.Equal(rows.GradientNorm, one.GradientNorm, 1e-6 * rows.GradientNorm);
        }
    }

    [Fact]
    public void Segments_OfAGroupsHeads_RestWithoutTheirOwnTask()
    {
        using var scope = NewDisposeScope();
        var (group, b) = (new PrivateOwner("g", ["b", "c"]), new PrivateOwner("b", ["b"]));
        TrainableParameter New(string name, PrivateOwner? owner, PrivateOwner? by = null) => new(name, zeros(2), false, _ => { }) { Owner = owner, MovedBy = by };
        using var parameters = new FlatParameters([New("shared", null), New("adapter", group), New("head", group, b)], CPU);
        Assert.Single(parameters.Private);
        parameters.SetPresent(["c"]);
        Assert.Equal([true, true, false], parameters.Places.Select(place => parameters.IsActive(place.Segment)));
        using var optimizer = OptimizerRegistry.Create(new("adamw"), parameters);
        parameters.SetPresent(["b", "c"]);
        optimizer.Step(ones(parameters.Count), 0.1);
        var moved = parameters.Values.data<float>().ToArray();
        parameters.SetPresent(["c"]);
        optimizer.Step(cat([ones(4), zeros(2)]), 0.1); // a momentum alone would move the head
        Assert.Equal(moved[4..], parameters.Values.data<float>().ToArray()[4..]);
        Assert.NotEqual(moved[2..4], parameters.Values.data<float>().ToArray()[2..4]);
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("adamw-8bit")]
    [InlineData("adafactor")]
    [InlineData("lion")]
    [InlineData("sgd")]
    public void Optimizers_LeaveValuesMomentsAndSteps_OfAnAbsentOwner(string name)
    {
        using var scope = NewDisposeScope();
        using var toy = new Toy(Owners());
        using var optimizer = OptimizerRegistry.Create(new(name), toy.Parameters);
        using var gradient = ones(toy.Parameters.Count);
        optimizer.Step(gradient, 0.1);
        var (values, steps) = (toy.Values("g"), optimizer.Steps.ToArray());
        toy.Parameters.SetPresent(["a"]);
        optimizer.Step(gradient, 0.1);
        Assert.Equal(values, toy.Values("g"));
        for (var i = 0; i < steps.Length; i++) Assert.Equal(steps[i] + (toy.Parameters.Segments[i].Owner?.Name == "g" ? 0 : 1), optimizer.Steps[i]);
    }
}
