using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunSentenceTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    [Fact]
    public void Of_NamesFallAndSteps_WhenOneTaskLearns() => Assert.Equal("sentiment learns: validation loss 2.31 → 0.84 in 300 steps.",
        RunSentence.Of(Snapshot(RunState.Running, Loss("sentiment", 0, 2.31), Loss("sentiment", 300, 0.84)), At));

    [Fact]
    public void Of_CountsTheRest_WhenSomeLearnAndOneGetsWorse() => Assert.Equal(
        "2 of 3 tasks learn, qa most: validation loss 4.00 → 1.00 in 100 steps; translation gets worse: validation loss 1.00 → 1.50 in 100 steps.",
        RunSentence.Of(Snapshot(RunState.Running, Loss("qa", 0, 4), Loss("qa", 100, 1), Loss("sentiment", 0, 2), Loss("sentiment", 100, 1.5),
            Loss("translation", 0, 1), Loss("translation", 100, 1.5)), At));

    [Fact]
    public void Of_ClaimsNothing_BeforeASecondEvaluation() => Assert.Equal("Trains; what it learns shows with the first evaluation after step 0.",
        RunSentence.Of(Snapshot(RunState.Running, Loss("qa", 0, 4)), At));

    [Fact]
    public void Of_SaysUnmoved_WhenTheLossStays() => Assert.Contains("No task's validation loss has moved",
        RunSentence.Of(Snapshot(RunState.Running, Loss("qa", 0, 4), Loss("qa", 100, 3.99)), At));

    [Fact]
    public void Of_CallsALossThatIsNotFiniteWorse() => Assert.Contains("qa gets worse: validation loss 4.00 → NaN",
        RunSentence.Of(Snapshot(RunState.Running, Loss("qa", 0, 4), Loss("qa", 100, double.NaN)), At));

    [Fact]
    public void Of_GivesTheCure_WhenItFailed()
    {
        var now = Snapshot(RunState.Failed);
        now.Run.Failure = "The loss is not finite: lower the learning rate";
        Assert.Equal("Failed at step 0: The loss is not finite: lower the learning rate.", RunSentence.Of(now, At));
    }

    [Fact]
    public void Of_SaysWhatItWaitsFor_WhenQueued() => Assert.Equal("Has not trained yet: it waits for cpu:0, held by run 12, about 4 min.",
        RunSentence.Of(Snapshot(RunState.Queued, [], wait: "waits for cpu:0, held by run 12, about 4 min"), At));

    [Theory]
    [InlineData(RunState.Running, null, -1, "qa is 5.0 points behind its baseline so far")]
    [InlineData(RunState.Finished, Verdict.Hurt, null, "qa is hurt beside its baseline: −5.0 [−8.0, −2.0] (suspected: one seed)")]
    [InlineData(RunState.Finished, Verdict.Same, null, "it scores the same as its baseline")]
    [InlineData(RunState.Finished, Verdict.Unclear, null, "beside its baselines nothing can be told yet")]
    [InlineData(RunState.Finished, Verdict.Neither, null, "of qa neither it nor its baseline has learned")]
    public void Of_SaysOfBaselinesWhatTheVerdictSays(RunState state, Verdict? verdict, int? soFar, string expected)
    {
        EvaluationScore[] own = [Loss("qa", 0, 2), Loss("qa", 100, 1)];
        Assert.Contains(expected, RunSentence.Of(Beside(state, own, new() { Run = 7, Delta = -0.05, Low = -0.08, High = -0.02, Verdict = verdict, SoFar = soFar }), At));
        Assert.DoesNotContain("baseline", RunSentence.Of(Beside(state, own, new() { Run = 7, Reason = "no baseline was made for it" }), At));
        Assert.DoesNotContain("baseline", RunSentence.Of(Snapshot(state, own), At));
    }

    [Fact]
    public void Of_SaysNothingOfTheBaseline_WhileLastEvaluationsDisagree() => Assert.DoesNotContain("baseline",
        RunSentence.Of(Beside(RunState.Running, [Loss("qa", 0, 2), Loss("qa", 100, 1)], new() { Run = 7, Delta = -0.05, SoFar = 0 }), At));

    [Fact]
    public void Of_SaysThatTheScoreStays_WhereOnlyTheLossFalls()
    {
        EvaluationScore[] falls = [Loss("qa", 0, 2), Loss("qa", 100, 1)];
        Assert.Contains("qa's squad-f1 has not moved with its loss (1.0 → 1.5)", RunSentence.Of(Snapshot(RunState.Running, [.. falls, Score(0, 0.01), Score(100, 0.015)]), At));
        Assert.DoesNotContain("has not moved", RunSentence.Of(Snapshot(RunState.Running, [.. falls, Score(0, 0.01), Score(100, 0.03)]), At));
    }

    private static EvaluationScore Loss(string task, int step, double value) => new()
    {
        Step = step, Split = "validation", Task = task, Metric = EvaluationScore.Loss, Value = double.IsFinite(value) ? value : null, Flag = NonFinites.Of(value),
    };

    private static EvaluationScore Score(int step, double value) => new() { Step = step, Split = "validation", Task = "qa", Metric = "squad-f1", Value = value };

    private static RunSnapshot Beside(RunState state, EvaluationScore[] own, TaskValue value) => Snapshots.Of(state, own, [], standing: value);

    private static RunSnapshot Snapshot(RunState state, params EvaluationScore[] scores) => Snapshots.Of(state, scores);

    private static RunSnapshot Snapshot(RunState state, EvaluationScore[] scores, EvaluationScore[]? baseline = null, string? wait = null) => Snapshots.Of(state, scores, baseline, wait);
}
