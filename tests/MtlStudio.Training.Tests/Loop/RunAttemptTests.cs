using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Loop;

public sealed class RunAttemptTests
{
    private sealed class Killed : Exception;

    [Theory]
    [InlineData("equal", 13)]
    [InlineData("uw", 8)]
    [InlineData("dwa", 20)]
    [InlineData("pcgrad", 3)]
    [InlineData("mgda", 18)]
    public void Run_GoesOnBitForBit_WhenItWasKilledAndResumed(string policy, int killAt)
    {
        using var undisturbed = new ToyRun();
        using var killed = new ToyRun { AtStep = (step, _) => { if (step == killAt) throw new Killed(); } };
        var (outcome, values) = undisturbed.Run(ToyRun.Spec(policy));
        Assert.Equal(RunOutcomes.Finished, outcome);

        Assert.Throws<Killed>(() => killed.Run(ToyRun.Spec(policy)));
        File.AppendAllText(killed.Folder.Events, "{\"type\":\"points\",\"se"); // half a line, as a kill may leave
        killed.AtStep = null;
        var (resumed, again) = killed.Run(ToyRun.Spec(policy));

        Assert.Equal(RunOutcomes.Finished, resumed);
        Assert.Equal(values, again);
        Assert.Equal(undisturbed.Curve(), killed.Curve());
        var events = killed.Events();
        Assert.Equal(events.Count, events.Select(e => e.Seq).Distinct().Count());
        var rewound = Assert.Single(events.OfType<RewoundEvent>());
        Assert.Equal(((killAt - 1) / 6 * 6, 2), (rewound.ToStep, rewound.Attempt));
    }

    [Fact]
    public void Run_WritesACheckpointAndGoesOn_WhenItWasStopped()
    {
        using var undisturbed = new ToyRun();
        using var stopped = new ToyRun { AtStep = (step, stop) => { if (step == 10) stop.Stop(); } };
        var (_, values) = undisturbed.Run(ToyRun.Spec());

        Assert.Equal(RunOutcomes.Stopped, stopped.Run(ToyRun.Spec()).Outcome);
        Assert.True(Directory.Exists(stopped.Folder.Checkpoint(10)));
        stopped.AtStep = null;
        Assert.Equal(values, stopped.Run(ToyRun.Spec()).Values);
        Assert.Equal(undisturbed.Curve(), stopped.Curve());
    }

    [Fact]
    public void Checkpoints_HoldTheValuesOfTheirOwnStep_WhileTrainingGoesOn()
    {
        using var run = new ToyRun();
        var values = new List<float[]>();
        run.AtValues = values.Add;
        var spec = ToyRun.Spec();
        run.Run(spec with { Checkpoints = new() { Every = 1, KeepLast = 100 } });
        for (var step = 1; step <= spec.Training.Steps; step++) Assert.Equal(values[step - 1], run.Kept(step));
        Assert.Equal(Enumerable.Range(1, spec.Training.Steps), run.Events().OfType<CheckpointEvent>().Where(e => e.Bytes > 0).Select(e => e.Step).Distinct());
    }

    [Fact]
    public void Run_Fails_WhenACheckpointCannotBeWrittenMeanwhile()
    {
        using var run = new ToyRun();
        var place = run.Folder.Checkpoint(12);
        run.AtStep = (step, _) =>
        {
            if (step != 11) return;
            Directory.CreateDirectory(place); // not empty, so that no folder can be renamed to it
            File.WriteAllText(Path.Combine(place, "in the way"), "");
        };
        Assert.ThrowsAny<IOException>(() => run.Run(ToyRun.Spec()));
        Assert.Equal(RunOutcomes.Failed, Assert.IsType<EndedEvent>(run.Events()[^1]).Outcome);
        Assert.Equal([run.Folder.Checkpoint(6), place], Directory.EnumerateDirectories(run.Folder.Checkpoints).Order());
    }

    [Fact]
    public void Run_ObeysTheControlFileOnce_WhenItSaysPause()
    {
        using var run = new ToyRun();
        run.AtStep = (step, _) => { if (step == 5) ControlFile.Write(run.Folder.Control, RunCommand.Pause); };
        Assert.Equal(RunOutcomes.Paused, run.Run(ToyRun.Spec()).Outcome);
        run.AtStep = null;
        Assert.Equal(RunOutcomes.Finished, run.Run(ToyRun.Spec()).Outcome);
    }

    [Fact]
    public void Run_EvaluatesAtStepZeroOnScheduleAndAtTheEnd_AndTestsTheUntunedModelAndTheBest()
    {
        using var run = new ToyRun();
        run.Run(ToyRun.Spec(steps: 14));
        var evaluations = run.Events().OfType<EvaluationEvent>().ToList();
        Assert.Equal([0, 6, 12, 14], evaluations.Where(e => e.Split == "validation").Select(e => e.Step));
        var best = evaluations.Where(e => e.Split == "validation" && e.Step > 0).MaxBy(e => e.UnifiedScore)!;
        Assert.Equal([0, best.Step], evaluations.Where(e => e.Split == "test").Select(e => e.Step));
        Assert.Equal(evaluations.SelectMany(e => e.Tasks.Select(task => (e.Step, e.Split, task.Task))),
            run.Events().OfType<ExampleScoresEvent>().Select(e => (e.Step, e.Split, e.Task)));
        Assert.Equal(RunOutcomes.Finished, Assert.IsType<EndedEvent>(run.Events()[^1]).Outcome);
    }

    [Fact]
    public void Run_LeavesTheUntunedModelsTestToTheMix_WhenItIsABaseline()
    {
        using var run = new ToyRun();
        run.Run(BaselinePlanner.For(ToyRun.Spec(steps: 6), "b"));
        Assert.True(Assert.Single(run.Events().OfType<EvaluationEvent>(), e => e.Split == "test").Step > 0);
    }

    [Fact]
    public void Run_TestsTheUntunedModelOnce_WhenItIsStoppedBeforeTheFirstStep()
    {
        using var run = new ToyRun();
        ControlFile.Write(run.Folder.Control, RunCommand.Pause);
        Assert.Equal(RunOutcomes.Paused, run.Run(ToyRun.Spec(steps: 6)).Outcome);
        Assert.Equal(RunOutcomes.Finished, run.Run(ToyRun.Spec(steps: 6)).Outcome);
        Assert.Single(run.Events().OfType<EvaluationEvent>(), e => e is { Split: "test", Step: 0 });
    }

    [Theory]
    [InlineData("equal")]
    [InlineData("pcgrad")]
    [InlineData("graddrop")]
    public void Run_GivesTheSameBits_WithTelemetryOnOrOff(string policy)
    {
        using var loud = new ToyRun();
        using var quiet = new ToyRun();
        var spec = ToyRun.Spec(policy);
        var (_, with) = loud.Run(spec with { Telemetry = new() { GradientEvery = 1, PaysEvery = 1, SystemEverySeconds = 0.001 } });
        var (_, without) = quiet.Run(spec with { Telemetry = new() { GradientEvery = 0, PaysEvery = 0, SystemEverySeconds = 0 } });
        Assert.Equal(with, without);
        var names = loud.Curve().Select(point => point.Series).ToHashSet();
        Assert.Superset(new HashSet<string> { "conflicts", "magnitude/a/b", "magnitude/b/c", "affinity/a/a", "affinity/a/c", "affinity/c/b" }, names);
        Assert.DoesNotContain(quiet.Curve(), point => point.Series.StartsWith("affinity/", StringComparison.Ordinal) || point.Series.StartsWith("conflicts", StringComparison.Ordinal));
        Assert.All(loud.Curve().Where(point => point.Series == "conflicts"), point => Assert.InRange(point.Value, 0, 1));
    }

    [Fact]
    public void Run_FallsBackToTheCheckpointBefore_WhenTheNewestIsCutInHalf()
    {
        using var undisturbed = new ToyRun();
        using var run = new ToyRun { AtStep = (step, _) => { if (step == 15) throw new Killed(); } };
        var (_, values) = undisturbed.Run(ToyRun.Spec());
        Assert.Throws<Killed>(() => run.Run(ToyRun.Spec()));
        var newest = Path.Combine(run.Folder.Checkpoint(12), CheckpointManifest.OptimizerFile);
        using (var file = File.OpenWrite(newest)) file.SetLength(file.Length / 2);
        run.AtStep = null;

        Assert.Equal(values, run.Run(ToyRun.Spec()).Values);
        Assert.Equal(6, run.Events().OfType<RewoundEvent>().Single().ToStep);
        Assert.Contains(run.Events().OfType<LogEvent>(), e => e.Message.Contains("step-00000012") && e.Message.Contains("bytes"));
        Assert.Equal(undisturbed.Curve(), run.Curve());
    }

    [Fact]
    public void Run_KeepsTheLastAndTheBest_AndRemovesTheOthers()
    {
        using var run = new ToyRun();
        var spec = ToyRun.Spec(steps: 40) with { Checkpoints = new() { Every = 4, KeepLast = 1 }, Evaluation = new() { Every = 4 } };
        run.Run(spec);
        var events = run.Events();
        var there = CheckpointFiles.List(run.Folder).Select(c => c.Step).ToHashSet();
        var keeps = Last(events);
        Assert.Equal(there, keeps.Where(k => !k.Value.Removed).Select(k => k.Key).ToHashSet());
        var evaluations = events.OfType<EvaluationEvent>().Where(e => e.Split == "validation" && e.Step > 0).ToList();
        Assert.Contains("best", keeps[evaluations.MaxBy(e => e.UnifiedScore)!.Step].Keeps);
        foreach (var task in new[] { "a", "b", "c" })
            Assert.Contains($"best:{task}", keeps[evaluations.MaxBy(e => e.Tasks.Single(t => t.Task == task).Metrics["accuracy"])!.Step].Keeps);
        Assert.Contains("last", keeps[40].Keeps);

        static Dictionary<int, CheckpointEvent> Last(List<RunEvent> events) =>
            events.OfType<CheckpointEvent>().GroupBy(e => e.Step).ToDictionary(g => g.Key, g => g.Last());
    }

    [Fact]
    public void Run_TrainsOneTaskOnTheMixesDraws_WhenItIsABaseline()
    {
        using var mix = new ToyRun();
        using var baseline = new ToyRun();
        var spec = ToyRun.Spec();
        mix.Run(spec);
        baseline.Run(BaselinePlanner.For(spec, "b"));

        double[] Series(ToyRun run, string name) => [.. run.Curve().Where(p => p.Series == name).Select(p => p.Value)];
        Assert.Equal(Series(mix, SeriesNames.TaskExamples("b"))[^1], Series(baseline, SeriesNames.TaskExamples("b"))[^1]);
        Assert.Equal(Series(mix, SeriesNames.LearningRate), Series(baseline, SeriesNames.LearningRate));
        var steps = baseline.Curve().Where(p => p.Series == SeriesNames.TaskTrainLoss("b")).Select(p => p.Step).ToList();
        Assert.Equal(mix.Curve().Where(p => p.Series == SeriesNames.TaskTrainLoss("b")).Select(p => p.Step), steps);
        Assert.DoesNotContain(baseline.Curve(), p => p.Series == SeriesNames.TaskTrainLoss("a"));
    }

    [Fact]
    public void Run_FailsNamingTheTask_WhenALossIsNotFinite()
    {
        using var run = new ToyRun();
        run.Losses = (step, batch, tensors) => tensors.Shares.mul(Scalars.Of(batch.Task == 2 ? float.NaN : 1)).add(TorchSharp.torch.zeros(1, requires_grad: true), Scalars.One);
        var error = Assert.Throws<NonFiniteException>(() => run.Run(ToyRun.Spec()));
        Assert.Contains("of c is not finite", error.Message);
        Assert.Equal("c", run.Events().OfType<AlarmEvent>().First().Task);
        var ended = Assert.IsType<EndedEvent>(run.Events()[^1]);
        Assert.Equal((RunOutcomes.Failed, error.Message), (ended.Outcome, ended.Message));
    }
}
