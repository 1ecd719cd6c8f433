using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Tests.Store;

public sealed class PairingTests
{
    [Fact]
    public void Of_TakesTestAtTheBestCheckpoint_WhereBothSidesHaveIt()
    {
        var run = Run(1, RunState.Finished, Set(1, "test", 0), Set(2, "validation", 50), Set(3, "validation", 100), Set(4, "test", 50));
        var baseline = Run(2, RunState.Finished, baselineOf: "qa", sets: [Set(5, "validation", 100), Set(6, "test", 100)]);
        var pair = Pairing.Of(run, "qa", ReferenceChoice.Baseline, baseline);
        Assert.Equal((4, 6, 2, false, null), (pair.Model!.Id, pair.Reference!.Id, pair.ReferenceRun, pair.SoFar, pair.Reason));
        var untuned = Pairing.Of(run, "qa", ReferenceChoice.Untuned, null);
        Assert.Equal((4, 1, 1), (untuned.Model!.Id, untuned.Reference!.Id, untuned.ReferenceRun));
    }

    [Fact]
    public void Of_TakesValidationOfBothSides_WhereOneLacksTest()
    {
        var run = Run(1, RunState.Finished, Set(1, "test", 0), Set(2, "validation", 50), Set(3, "validation", 100), Set(4, "test", 50));
        var baseline = Run(2, RunState.Finished, baselineOf: "qa", sets: [Set(5, "validation", 50), Set(6, "validation", 100)]);
        var pair = Pairing.Of(run, "qa", ReferenceChoice.Baseline, baseline);
        // The best checkpoint is at step 50 of the run; the baseline marks none, so its last stands.
        Assert.Equal((2, 6), (pair.Model!.Id, pair.Reference!.Id));
    }

    [Fact]
    public void Of_TakesTheUntunedModelForNoFinalScore_WhereTheRunHasNoOther()
    {
        var run = Run(1, RunState.Finished, Set(1, "test", 0), Set(2, "validation", 0), Set(3, "validation", 50));
        var pair = Pairing.Of(run, "qa", ReferenceChoice.Untuned, null);
        Assert.Equal((3, 2), (pair.Model!.Id, pair.Reference!.Id));
    }

    [Fact]
    public void Of_StandsAtTheSameStepSoFar_WhileTheRunTrains()
    {
        var run = Run(1, RunState.Running, Set(1, "test", 0), Set(2, "validation", 0), Set(3, "validation", 50));
        var trains = Run(2, RunState.Running, baselineOf: "qa", sets: [Set(4, "validation", 50), Set(5, "validation", 100)]);
        var pair = Pairing.Of(run, "qa", ReferenceChoice.Baseline, trains);
        Assert.Equal((3, 4, true), (pair.Model!.Id, pair.Reference!.Id, pair.SoFar));
        var behind = Run(2, RunState.Running, baselineOf: "qa", sets: [Set(4, "validation", 20)]);
        Assert.Equal("run 2, its baseline, is running", Pairing.Of(run, "qa", ReferenceChoice.Baseline, behind).Reason);
    }

    [Fact]
    public void Of_SaysWhy_WhereNothingCanBeCompared()
    {
        var run = Run(1, RunState.Finished, Set(1, "validation", 50));
        Assert.Equal("run 1 does not train news", Pairing.Of(run, "news", ReferenceChoice.Untuned, null).Reason);
        Assert.Equal("no baseline was made for it", Pairing.Of(run, "qa", ReferenceChoice.Baseline, null).Reason);
        Assert.Equal("it is the reference", Pairing.Of(run, "qa", ReferenceChoice.Pinned(1), run).Reason);
        Assert.Equal("it is itself a baseline", Pairing.Of(Run(3, RunState.Finished, baselineOf: "qa"), "qa", ReferenceChoice.Baseline, null).Reason);
        var queued = Run(2, RunState.Queued, baselineOf: "qa");
        Assert.Equal("run 2, its baseline, is queued", Pairing.Of(run, "qa", ReferenceChoice.Baseline, queued).Reason);
        var old = Run(4, RunState.Finished);
        Assert.Equal("it was trained before scores were kept by example", Pairing.Of(old, "qa", ReferenceChoice.Pinned(1), run).Reason);
        var other = Run(5, RunState.Finished, data: "other.jsonl", sets: [Set(7, "validation", 50)]);
        Assert.Equal("run 5 was scored on other data", Pairing.Of(run, "qa", ReferenceChoice.Pinned(5), other).Reason);
    }

    private static ScoreSet Set(long id, string split, int step) => new(id, "qa", split, step, id, 100);

    private static JudgedRun Run(long id, RunState state, params ScoreSet[] sets) => Run(id, state, null, "v.jsonl", sets);

    private static JudgedRun Run(long id, RunState state, string? baselineOf = null, string data = "v.jsonl", IReadOnlyList<ScoreSet>? sets = null) => new()
    {
        Run = new() { Id = id, State = state },
        Spec = new() { Tasks = [new() { Name = "qa", Data = new() { Train = "t.jsonl", Validation = data } }], Baseline = baselineOf is null ? null : new() { Task = baselineOf } },
        Sets = sets ?? [], Baselines = new Dictionary<string, long>(), BestStep = baselineOf is null ? 50 : null,
    };
}
