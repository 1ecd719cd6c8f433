using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using static TorchSharp.torch;

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

    [Fact]
    public void Run_EndsWithTheTasksName_WhenItsLossIsNotFiniteAndTheRuleSaysStop()
    {
        using var run = new ToyRun { Broken = 2 };
        Assert.Contains("The loss or gradient of c is not finite at step", Assert.Throws<NonFiniteException>(() => run.Run(ToyRun.Spec(steps: 8))).Message);
        Assert.Equal(RunOutcomes.Failed, run.Events().OfType<EndedEvent>().Last().Outcome);
        Assert.All(run.Events().OfType<AlarmEvent>(), alarm => Assert.Equal(("non-finite-loss", "c"), (alarm.Kind, alarm.Task)));
        Assert.NotEmpty(run.Events().OfType<AlarmEvent>());
    }

    [Fact]
    public void Run_LeavesStepsOutAndRecordsThem_WhenTheRuleSaysSkip()
    {
        using var run = new ToyRun { Broken = 2 };
        var steps = new List<float[]>();
        run.AtValues = steps.Add;
        var spec = ToyRun.Spec(steps: 8);
        Assert.Equal(RunOutcomes.Finished, run.Run(spec with { Training = spec.Training with { OnNonFinite = "skip" } }).Outcome);
        var alarmed = run.Events().OfType<AlarmEvent>().Select(alarm => alarm.Step).ToHashSet();
        Assert.NotEmpty(alarmed);
        for (var step = 2; step <= 8; step++) Assert.Equal(alarmed.Contains(step), steps[step - 1].SequenceEqual(steps[step - 2]));
    }

    /// <summary>A policy of each kind: known before the step, by the step's losses, by another pass, by the Gram matrix, by elements, by rows of its own, by held-out losses and gradients.</summary>
    public static TheoryData<string, string> KindsAndRules =>
    [
        .. from policy in new[] { "equal", "uw", "gls", "group-dro", "famo", "pcgrad", "nash-mtl", "graddrop", "db-mtl", "coba", "auto-lambda" }
           from rule in new[] { "skip", "continue", "clip" }
           select (policy, rule),
    ];

    [Theory]
    [MemberData(nameof(KindsAndRules))]
    public void Run_StaysFiniteAndNamesTheTask_WhenItsLossIsNot_WhateverKindThePolicyIs(string policy, string rule)
    {
        using var run = new ToyRun { Broken = 1 };
        var spec = ToyRun.Spec(policy, steps: 4);
        var (outcome, values) = run.Run(spec with { Training = spec.Training with { OnNonFinite = rule } });
        Assert.Equal(RunOutcomes.Finished, outcome);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.Equal("b", Assert.Single(run.Events().OfType<AlarmEvent>().Where(alarm => alarm.Kind == "non-finite-loss").Select(alarm => alarm.Task).Distinct()));
    }

    [Theory]
    [InlineData("skip", false)]
    [InlineData("continue", true)]
    [InlineData("clip", true)]
    public void Run_StaysFiniteAndNamesTheTask_WhenAGradientAloneIsNotFinite(string rule, bool moves)
    {
        using var run = new ToyRun { NoGradient = 1 };
        float[]? first = null;
        run.AtValues = values => first ??= values;
        var spec = ToyRun.Spec("mgda", steps: 6);
        var (outcome, values) = run.Run(spec with { Training = spec.Training with { OnNonFinite = rule } });
        Assert.Equal(RunOutcomes.Finished, outcome);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(moves, !values.SequenceEqual(first!));
        Assert.Equal("b", Assert.Single(run.Events().OfType<AlarmEvent>().Select(alarm => alarm.Task).Distinct()));
        Assert.All(run.Curve().Where(point => point.Series.StartsWith("loss/train", StringComparison.Ordinal)), point => Assert.True(double.IsFinite(point.Value)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 10)]
    public void Run_HasTheSameBits_WithAndWithoutTelemetry(int gradientEvery, int other)
    {
        using var one = new ToyRun();
        using var two = new ToyRun();
        var spec = ToyRun.Spec("pcgrad", steps: 10);
        Assert.Equal(one.Run(spec with { Telemetry = new() { GradientEvery = gradientEvery } }).Values, two.Run(spec with { Telemetry = new() { GradientEvery = other, SystemEverySeconds = 0.001 } }).Values);
    }

    [Fact]
    public void Run_NeverKeepsATensorMore_StepAfterStep()
    {
        using var run = new ToyRun();
        var live = new List<long>();
        run.AtStep = (_, _) => live.Add(Tensor.TotalCount);
        run.Run(ToyRun.Spec("pcgrad", steps: 60) with { Evaluation = new() { Every = 0 }, Checkpoints = new() { Every = 0 } });
        // The count is the process's: the collector may take tensors of an earlier test meanwhile, so it may fall, never rise.
        var steps = live.Skip(5).ToList();
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.Second <= pair.First, $"live tensors, step by step: {string.Join(" ", steps)}"));
    }
}
