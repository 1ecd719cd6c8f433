using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>What real data does to a loop.</summary>
public sealed class LoopFaultTests
{
    [Theory]
    [InlineData("equal")]
    [InlineData("pcgrad")]
    [InlineData("mgda")]
    [InlineData("dwa")]
    public void Run_Trains_WhenThereIsOneTaskAlone(string policy)
    {
        using var run = new ToyRun();
        var spec = ToyRun.Spec(policy, steps: 8);
        Assert.Equal(RunOutcomes.Finished, run.Run(spec with { Tasks = [spec.Tasks[0]], Training = spec.Training with { Accumulation = 1 } }).Outcome);
        Assert.True(run.Curve().Last(point => point.Series == SeriesNames.TrainLoss).Value < run.Curve().First(point => point.Series == SeriesNames.TrainLoss).Value);
    }

    [Fact]
    public void Run_RepeatsExamples_WhenATaskIsSmallerThanAMicroBatch()
    {
        using var run = new ToyRun();
        var spec = ToyRun.Spec(steps: 4);
        var (outcome, values) = run.Run(spec with { Training = spec.Training with { MicroBatch = 64 } });
        Assert.Equal(RunOutcomes.Finished, outcome);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(4 * 4 * 64, run.Curve().Where(point => point.Series.StartsWith("examples/", StringComparison.Ordinal)).GroupBy(point => point.Series).Sum(series => series.Last().Value));
    }

    [Fact]
    public void Run_LeavesAMicroBatchOut_WhenNoneOfItsTokensIsTrained()
    {
        using var run = new ToyRun();
        run.Change = task => task.Name != "b" ? task : task with { Train = [.. task.Train.Select(example => new LabeledIds(example.Ids, [.. example.Ids.Select(_ => LabeledIds.Masked)]))] };
        var (outcome, values) = run.Run(ToyRun.Spec(steps: 8));
        Assert.Equal(RunOutcomes.Finished, outcome);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.DoesNotContain(run.Curve(), point => point.Series == SeriesNames.TaskTrainLoss("b"));
        Assert.Contains(run.Curve(), point => point.Series == SeriesNames.TaskTrainLoss("a"));
    }

    [Fact]
    public void Run_TakesNoStepThatIsNotFinite_WhenTheRuleSaysSkip()
    {
        using var run = new ToyRun();
        run.Broken = 2;
        var spec = ToyRun.Spec(steps: 8);
        var (outcome, values) = run.Run(spec with { Training = spec.Training with { OnNonFinite = "skip" } });
        Assert.Equal(RunOutcomes.Finished, outcome);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.Contains(run.Events().OfType<AlarmEvent>(), alarm => alarm is { Kind: "non-finite-loss", Task: "c" });
    }

    [Fact]
    public void Run_GoesOnWithoutTheTask_WhenItsLossIsNotFiniteAndTheRuleSaysContinue()
    {
        using var run = new ToyRun();
        run.Broken = 2;
        var spec = ToyRun.Spec(steps: 8);
        var (outcome, values) = run.Run(spec with { Training = spec.Training with { OnNonFinite = "continue" } });
        Assert.Equal(RunOutcomes.Finished, outcome);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.All(run.Events().OfType<AlarmEvent>().Where(alarm => alarm.Kind == "non-finite-loss"), alarm => Assert.Equal("c", alarm.Task));
    }
}
