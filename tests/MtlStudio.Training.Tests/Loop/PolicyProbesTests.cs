using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>The passes that FAMO, CoBa and Auto-λ make beside the step's own.</summary>
public sealed class PolicyProbesTests
{
    private static readonly string[] Names = ["a", "b"];

    [Fact]
    public void HeldOutProducts_AreThoseOfTheGradientAhead_AndLeaveTheModelAsItWas()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        using var rows = new GradientRows(model.Parameters, 2);
        var probes = Probes("auto-lambda", model);
        Fill(model, rows);
        double[] alpha = [0.3, -0.2];
        var before = model.Values();
        var products = probes.HeldOutProducts(4, rows, alpha, [], 0.5)!;
        Assert.Equal(before, model.Values());

        // The same by hand: a second model moved ahead, and its held-out gradient.
        using var ahead = new ToyModel();
        using var aheadRows = new GradientRows(ahead.Parameters, 1);
        using (no_grad()) ahead.Parameters.Values.sub_(rows.Combined(alpha).mul(Scalars.Of(0.5)));
        aheadRows.Clear(1);
        aheadRows.Bind(0);
        foreach (var task in new[] { 0, 1 })
        {
            var batch = HeldOut(4, task)!;
            ahead.Losses(4, batch, batch.Collate(CPU)).Objective.mean().backward();
        }
        var expected = rows.Products(aheadRows.RowOf(0), 2);
        for (var k = 0; k < 2; k++) Assert.Equal(expected[k], products[k], 1e-6);
    }

    [Fact]
    public void HeldOutLosses_AreTheMeansOfTheSplit_EveryNSteps()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        var probes = Probes("coba", model, ("every", 3));
        Assert.Null(probes.HeldOutLosses(4));
        var found = probes.HeldOutLosses(6)!;
        var batch = HeldOut(6, 1)!;
        Assert.Equal(model.Losses(6, batch, batch.Collate(CPU)).Objective.mean().item<float>(), found["b"], 1e-6);
        Assert.Equal(Names, found.Keys);
    }

    [Fact]
    public void LossesAfter_AreTheStepsOwn_PassedAgain()
    {
        using var scope = NewDisposeScope();
        using var model = new ToyModel();
        MicroBatch[] batches = [Batch(0, 3), Batch(1, 2), Batch(0, 2, 3)];
        var counts = new StepCounts(batches, LossMode.TaskToken);
        var after = Probes("famo", model).LossesAfter(0, batches, counts, model.Losses)!;
        var whole = Batch(0, 5);
        Assert.Equal(model.Losses(0, whole, whole.Collate(CPU)).Objective.mean().item<float>(), after[0], 1e-6);
        Assert.Null(Probes("pcgrad", model).LossesAfter(0, batches, counts, model.Losses));
    }

    [Theory]
    [InlineData("auto-lambda")]
    [InlineData("famo")]
    [InlineData("excess-mtl")]
    [InlineData("db-mtl")]
    public void Run_MovesTheCoefficients_WhereAPolicyLearnsFromItsProbes(string policy)
    {
        using var run = new ToyRun();
        run.Run(ToyRun.Spec(policy, steps: 12));
        var weights = run.Curve().Where(point => point.Series == SeriesNames.TaskWeight("a")).Select(point => point.Value).ToArray();
        Assert.True(weights.Distinct().Count() > 6, string.Join(", ", weights));
    }

    private static PolicyProbes Probes(string policy, ToyModel model, params (string, object)[] options) => new(
        PolicyRegistry.Create(new() { Name = policy, Options = ToyRun.Options(options) }, [.. Names.Select(name => new TaskSpec { Name = name })]), Names, model.Losses, HeldOut, model.Parameters);

    private static MicroBatch? HeldOut(int step, int task) => new(task, 0, ToyModel.Examples(40 + task + step, 3));

    private static MicroBatch Batch(int task, int count, int skip = 0) => new(task, 0, ToyModel.Examples(task, skip + count)[skip..]);

    private static void Fill(ToyModel model, GradientRows rows)
    {
        rows.Clear(2);
        for (var task = 0; task < 2; task++)
        {
            rows.Bind(task);
            var batch = Batch(task, 4);
            model.Losses(0, batch, batch.Collate(CPU)).Objective.mean().backward();
        }
    }
}
