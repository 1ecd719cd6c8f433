using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Regularization;
using MtlStudio.Training.Tests.Loop;

namespace MtlStudio.Training.Tests.Regularization;

public sealed class OverfitTests
{
    private static readonly string[] Tasks = ["a", "b"];

    [Fact]
    public void Look_TellsOnceAndFreezes_WhenValidationRisesWhileTrainingFalls()
    {
        var watch = new OverfitWatch(new() { TaskPatience = 3 }, Tasks);
        var (state, told) = (new WatchState(), new List<string>());
        double[] validation = [2, 1.5, 1.6, 1.7, 1.8];
        for (var look = 0; look < validation.Length; look++)
        {
            state = OverfitWatch.After(state, Step(train: 2 - 0.4 * look, 1), Tasks);
            (state, var notices) = watch.Look(state, look * 10, Scores(validation[look], 1 - 0.1 * look));
            told.AddRange(notices.Select(notice => $"{notice.Kind} {notice.Task} {look}"));
        }
        Assert.Equal(["overfitting a 3", "task-frozen a 4"], told);
        Assert.Equal((40, (int?)null), (state.Tasks["a"].FrozenAt, state.Tasks["b"].FrozenAt));
        Assert.Null(state.Ended);
    }

    [Fact]
    public void Look_EndsTheRun_WhenTheScoreStandsOrEveryTaskIsFrozen()
    {
        var (state, _) = new OverfitWatch(new() { Patience = 1 }, Tasks).Look(new(), 0, Scores(1, 1, unified: 0.5));
        (state, var notices) = new OverfitWatch(new() { Patience = 1 }, Tasks).Look(state, 10, Scores(1, 1, unified: 0.5));
        Assert.Contains("0.5", state.Ended);
        Assert.Equal("ended-early", Assert.Single(notices).Kind);

        var watch = new OverfitWatch(new() { TaskPatience = 1 }, Tasks);
        (state, _) = watch.Look(new(), 0, Scores(1, 1));
        (state, _) = watch.Look(state, 10, Scores(1, 1));
        Assert.Contains("Every task is frozen", state.Ended);
    }

    [Fact]
    public void Run_EndsEarlyWithACheckpointAndATest_WhenNothingGetsBetter()
    {
        using var run = new ToyRun();
        var spec = ToyRun.Spec(steps: 60) with { Regularization = new() { Patience = 2, SmallestGain = 10 }, Evaluation = new() { Every = 4 } };
        Assert.Equal(RunOutcomes.Finished, run.Run(spec).Outcome);
        var events = run.Events();
        Assert.Equal(8, Assert.IsType<EndedEvent>(events[^1]).Step);
        Assert.True(Directory.Exists(run.Folder.Checkpoint(8)));
        Assert.Contains(events.OfType<EvaluationEvent>(), e => e is { Split: "test", Step: > 0 });
        Assert.Null(Assert.Single(events.OfType<AlarmEvent>(), alarm => alarm.Kind == "ended-early").Task);
        // A finished run that is started again stays ended.
        run.Run(spec);
        Assert.Equal(8, Assert.IsType<EndedEvent>(run.Events()[^1]).Step);
    }

    [Fact]
    public void Run_TrainsAFrozenTaskNoMore_AndRecordsEveryGap()
    {
        using var run = new ToyRun();
        var spec = ToyRun.Spec(steps: 24) with { Regularization = new() { TaskPatience = 1, SmallestGain = 0.2 }, Evaluation = new() { Every = 3 } };
        run.Run(spec);
        var frozen = run.Events().OfType<AlarmEvent>().Where(alarm => alarm.Kind == "task-frozen").ToList();
        Assert.NotEmpty(frozen);
        foreach (var alarm in frozen)
            Assert.DoesNotContain(run.Curve(), point => point.Series == SeriesNames.TaskTrainLoss(alarm.Task!) && point.Step > alarm.Step);
        var gaps = run.Curve().Where(point => point.Series == SeriesNames.TaskGap("a")).ToList();
        Assert.NotEmpty(gaps);
        Assert.All(gaps, gap => Assert.True(gap.Step % 3 == 0 && double.IsFinite(gap.Value)));
    }

    private static StepResult Step(double train, double other) => new()
    {
        Step = 0, Present = [0, 1], Tokens = [10, 10], Examples = [1, 1], Losses = [train, other], Coefficients = [1, 1], Gram = null, GradientNorm = 1, Stepped = true,
    };

    private static EvaluationEvent Scores(double a, double b, double? unified = null) => new()
    {
        Split = "validation", UnifiedScore = unified, Tasks = [new() { Task = "a", Loss = a, Examples = 1 }, new() { Task = "b", Loss = b, Examples = 1 }],
    };
}
