using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Tests.Loop;

public sealed class StepAheadTests
{
    private static StepPlanner Planner() => new(SampledMix.Of(ToyRun.Spec(), [20, 27, 34]));

    private static MicroBatch Fill(MicroBatchPlan plan) => new(plan.Task, plan.Number, [.. plan.Examples.Select(example => LabeledIds.AfterPrompt([1, 2 + example % 5, 3], 2))]);

    [Fact]
    public void Take_GivesWhatThePlannerGives_StepAfterStep()
    {
        var (planner, ahead) = (Planner(), new StepAhead(Planner(), _ => true, Fill));
        var state = new SamplerState();
        for (var step = 0; step < 20; step++)
        {
            var taken = ahead.Take(step, state);
            var expected = planner.Plan(step, state);
            Assert.Equal(expected.MicroBatches.Select(batch => (batch.Task, batch.Number, string.Join(',', batch.Examples))), taken.Plan.MicroBatches.Select(batch => (batch.Task, batch.Number, string.Join(',', batch.Examples))));
            foreach (var batch in taken.Batches) Assert.Equal(HostBatch.Of(batch).Ids, batch.Host!.Ids);
            state = taken.Plan.Next;
            ahead.Begin(step + 1, state);
        }
    }

    [Fact]
    public void Take_PreparesAnew_WhenTheCountersChangedMeanwhile()
    {
        var (planner, ahead) = (Planner(), new StepAhead(Planner(), _ => true, Fill));
        var first = ahead.Take(0, new());
        ahead.Begin(1, first.Plan.Next);
        var other = first.Plan.Next with { Drawn = first.Plan.Next.Drawn.ToDictionary(pair => pair.Key, pair => pair.Value + 5) };
        Assert.Equal(planner.Plan(1, other).MicroBatches.SelectMany(batch => batch.Examples), ahead.Take(1, other).Plan.MicroBatches.SelectMany(batch => batch.Examples));
    }

    [Fact]
    public void Take_ThrowsHere_WhatFailedOnTheOtherThread()
    {
        var loop = Environment.CurrentManagedThreadId;
        var (threads, fails) = (new List<int>(), false);
        using var begun = new ManualResetEventSlim();
        var ahead = new StepAhead(Planner(), _ => true, plan =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            begun.Set();
            return fails ? throw new InvalidDataException("a broken example") : Fill(plan);
        });
        var first = ahead.Take(0, new());
        Assert.All(threads, thread => Assert.Equal(loop, thread));
        (fails, threads) = (true, []);
        begun.Reset();
        ahead.Begin(1, first.Plan.Next);
        begun.Wait(TestContext.Current.CancellationToken);
        Assert.Equal("a broken example", Assert.Throws<InvalidDataException>(() => ahead.Take(1, first.Plan.Next)).Message);
        Assert.All(threads, thread => Assert.NotEqual(loop, thread));
    }
}
