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
            var loss = leaves["shared"].sum().mul(batch.Task + 1).add(leaves[owner].sum().mul(10 * (batch.Task + 1)));
            return ones(batch.Tokens).mul(loss);
        }

        public float[] Values(string name) => leaves[name].detach().data<float>().ToArray();

        public void Dispose() => Parameters.Dispose();

        private TrainableParameter New(string name, PrivateOwner? owner) => new(name, zeros(2), false, leaf => leaves[name] = leaf) { Owner = owner };
    }

    private static StepResult Step(Toy toy, IWeightingPolicy policy, int[] present, double clip = 0)
    {
        using var rows = new GradientRows(toy.Parameters, present.Length);
        using var sgd = new Sgd(toy.Parameters, 0, false, 0);
        var step = new MultiTaskStep(Tasks, toy.Losses, toy.Parameters, rows, policy, sgd, new() { Seed = 1, LossMode = LossMode.TaskToken, ClipNorm = clip });
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
