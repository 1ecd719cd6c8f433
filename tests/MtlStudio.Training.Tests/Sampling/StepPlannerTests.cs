using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Tests.Sampling;

public sealed class StepPlannerTests
{
    [Fact]
    public void Plan_WalksEachTasksEpochs_WhenStepsFollow()
    {
        var planner = new StepPlanner(Mix);
        var drawn = Draws(planner, 400);
        for (var task = 0; task < 3; task++)
        {
            var size = Mix.Sizes[task];
            var epochs = drawn[task].Chunk(size).Where(epoch => epoch.Length == size).ToArray();
            Assert.True(epochs.Length >= 3);
            Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, size), epoch.Order()));
            Assert.Equal(epochs.Length, epochs.Select(epoch => string.Join(",", epoch)).Distinct().Count());
        }
    }

    [Fact]
    public void Plan_KeepsATasksOrder_WhenOtherTasksChange()
    {
        var other = Mix with { Tasks = ["new", "b"], Sizes = [40, 23], Shares = [0.5, 0.5] };
        var expected = Draws(new(Mix), 300)[1];
        var actual = Draws(new(other), 300)[1];
        var common = Math.Min(expected.Count, actual.Count);
        Assert.True(common > 100);
        Assert.Equal(expected.Take(common), actual.Take(common));
    }

    [Fact]
    public void Plan_GivesTheSameDraws_WhenResumedFromText()
    {
        var whole = Draws(new(Mix), 60);
        var state = new SamplerState();
        List<int>[] pieces = [[], [], []];
        for (var step = 0; step < 60; step++)
        {
            var plan = new StepPlanner(Mix).Plan(step, JsonSerializer.Deserialize<SamplerState>(JsonSerializer.Serialize(state, WireJson.Compact), WireJson.Compact)!);
            foreach (var batch in plan.MicroBatches) pieces[batch.Task].AddRange(batch.Examples);
            state = plan.Next;
        }
        for (var task = 0; task < 3; task++) Assert.Equal(whole[task], pieces[task]);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    [InlineData(true, 3)]
    public void Plan_MeetsThePlannedShares_WhenDrawnOften(bool everyTask, int microBatches)
    {
        var mix = Mix with { EveryTask = everyTask, MicroBatches = microBatches };
        var planner = new StepPlanner(mix);
        const int steps = 20_000;
        var counts = new int[3];
        var state = new SamplerState();
        for (var step = 0; step < steps; step++)
        {
            var plan = planner.Plan(step, state);
            Assert.Equal(microBatches, plan.MicroBatches.Count);
            if (everyTask) Assert.Equal(3, plan.MicroBatches.Select(batch => batch.Task).Distinct().Count());
            foreach (var batch in plan.MicroBatches) counts[batch.Task]++;
            state = plan.Next;
        }
        Assert.Equal(1, mix.PlannedShares.Sum(), 1e-12);
        // 5 standard deviations of a share over 60,000 draws or more are below 0.0103.
        for (var k = 0; k < 3; k++) Assert.Equal(mix.PlannedShares[k], counts[k] / (double)(steps * microBatches), 0.0103);
    }

    [Fact]
    public void Plan_NeverDrawsATask_WhenItsShareIsZero()
    {
        var mix = Mix with { Shares = [0.5, 0, 0.5], Sizes = [10, 0, 10], EveryTask = true };
        var drawn = Draws(new(mix), 50);
        Assert.Empty(drawn[1]);
        Assert.Equal([0.5, 0, 0.5], mix.PlannedShares);
    }

    [Fact]
    public void Plan_FillsAMicroBatchFromTheNextEpoch_WhenTheTaskIsSmaller()
    {
        var mix = Mix with { Tasks = ["tiny"], Sizes = [3], Shares = [1], MicroBatches = 1, MicroBatchSize = 8 };
        var batch = new StepPlanner(mix).Plan(0, new()).MicroBatches.Single();
        Assert.Equal(8, batch.Examples.Count);
        Assert.Equal([0, 1, 2], batch.Examples.Take(3).Order());
        Assert.Equal([0, 1, 2], batch.Examples.Skip(3).Take(3).Order());
    }

    [Fact]
    public void Of_KeepsTheMixsDraws_WhenTheSpecIsABaseline()
    {
        var spec = new RunSpec { Tasks = [new() { Name = "a" }, new() { Name = "b" }], Weighting = new() { Name = "pcgrad" } };
        var joint = SampledMix.Of(spec, [100, 900]);
        var baseline = SampledMix.Of(MtlStudio.Core.Runs.BaselinePlanner.For(spec, "b"), [100, 900]);
        Assert.True(joint.EveryTask);
        Assert.Equal(2, joint.MicroBatches);
        Assert.Equal(Draws(new(joint), 20), Draws(new(baseline), 20));
    }

    [Fact]
    public void Of_NamesTheCure_WhenThereAreFewerMicroBatchesThanTasks()
    {
        var spec = new RunSpec { Tasks = [new() { Name = "a" }, new() { Name = "b" }], Weighting = new() { Name = "mgda" }, Training = new() { Accumulation = 1 } };
        var bad = Assert.Throws<InvalidInputException>(() => SampledMix.Of(spec, [10, 10]));
        Assert.Equal("training.accumulation", bad.Errors.Single().Field);
        Assert.False(SampledMix.Of(spec with { Weighting = spec.Weighting with { AllowSubset = true } }, [10, 10]).EveryTask);
    }

    private static SampledMix Mix => new()
    {
        Seed = 5, Tasks = ["a", "b", "c"], Sizes = [11, 23, 170], Shares = [0.15, 0.15, 0.7], MicroBatches = 4, MicroBatchSize = 3,
    };

    private static List<int>[] Draws(StepPlanner planner, int steps)
    {
        var drawn = new List<int>[3];
        for (var k = 0; k < 3; k++) drawn[k] = [];
        var state = new SamplerState();
        for (var step = 0; step < steps; step++)
        {
            var plan = planner.Plan(step, state);
            Assert.Equal(Enumerable.Range(0, plan.MicroBatches.Count), plan.MicroBatches.Select(batch => batch.Number));
            foreach (var batch in plan.MicroBatches) drawn[batch.Task].AddRange(batch.Examples);
            state = plan.Next;
        }
        return drawn;
    }
}
