using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class RunStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_QueuesTheRun_WithItsTasksInColorOrder()
    {
        await using var host = await StoreHost.OpenAsync();
        var created = await host.Store.CreateAsync(StoreHost.Spec("first") with { Tags = ["a", "b", "a"], Note = "why" }, cancellation: Cancellation);
        var run = await host.Store.GetAsync(created.Id, Cancellation);
        Assert.Equal((RunState.Queued, "first", "why", "launched", 300), (run.State, run.Name, run.Note, run.StateReason, run.TotalSteps));
        Assert.Equal(host.Clock.GetUtcNow(), run.CreatedAt);
        Assert.Equal(["qa", "summary"], run.Tasks.Select(task => task.Name));
        Assert.Equal([0, 1], run.Tasks.Select(task => task.ColorIndex));
        Assert.Equal(["a", "b"], run.Tags.Select(tag => tag.Tag).Order());
        Assert.Equal(SpecIdentity.Hash(run.ReadSpec()), run.SpecHash);
        var transition = Assert.Single(await host.Reader.TransitionsAsync(run.Id, Cancellation));
        Assert.Equal((null, RunState.Queued, "launched"), (transition.FromState, transition.ToState, transition.Cause));
    }

    [Fact]
    public async Task CreateAsync_NamesEveryFault_WhenTheSpecIsInvalid()
    {
        await using var host = await StoreHost.OpenAsync();
        var spec = StoreHost.Spec("") with { Training = new() { Steps = 0, MicroBatch = 0 } };
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => host.Store.CreateAsync(spec, cancellation: Cancellation));
        Assert.Contains(refused.Errors, error => error.Field == "training.steps");
        Assert.Contains(refused.Errors, error => error.Field == "training.microBatch");
        Assert.Equal(0, (await host.Reader.RunsAsync(new(), Cancellation)).Total);
    }

    [Fact]
    public async Task TransitionAsync_FollowsTheTable_WhateverTheStates()
    {
        await using var host = await StoreHost.OpenAsync();
        foreach (var from in Enum.GetValues<RunState>())
            foreach (var to in Enum.GetValues<RunState>())
            {
                var run = await host.CreateAsync($"{from} to {to}");
                await using (var context = host.Context())
                {
                    context.Attach(run).Entity.State = from;
                    await context.SaveChangesAsync(Cancellation);
                }
                if (RunTransitions.IsAllowed(from, to))
                    Assert.Equal(to, (await host.Store.TransitionAsync(run.Id, to, "test", cancellation: Cancellation)).State);
                else
                    Assert.Equal(from, (await Assert.ThrowsAsync<RunStateException>(() => host.Store.TransitionAsync(run.Id, to, "test", cancellation: Cancellation))).From);
                var (after, steps) = (await host.Store.GetAsync(run.Id, Cancellation), await host.Reader.TransitionsAsync(run.Id, Cancellation));
                Assert.Equal(RunTransitions.IsAllowed(from, to) ? (to, 2) : (from, 1), (after.State, steps.Count));
            }
    }

    [Fact]
    public async Task TransitionAsync_NotesTimesAndGivesTheDeviceBack_OverARunsLife()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateRunningAsync();
        var started = host.Clock.GetUtcNow();
        Assert.Equal(("cpu:0", started), (run.Device, run.StartedAt));
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        run = await host.Store.TransitionAsync(run.Id, RunState.Failed, "exit 1", failed => failed.Failure = "the loss is not finite", cancellation: Cancellation);
        Assert.Equal((null, started, host.Clock.GetUtcNow(), "the loss is not finite"), (run.Device, run.StartedAt, run.EndedAt, run.Failure));
        Assert.Null(Assert.Single(await host.Queue.DevicesAsync(Cancellation)).RunId);
        run = await host.Store.TransitionAsync(run.Id, RunState.Queued, "retried by the user", cancellation: Cancellation);
        Assert.Equal((null, null, started), (run.EndedAt, run.Failure, run.StartedAt));
        Assert.Equal(["launched", "cpu:0 is free", "trainer started", "exit 1", "retried by the user"],
            (await host.Reader.TransitionsAsync(run.Id, Cancellation)).Select(step => step.Cause));
    }

    [Fact]
    public async Task TransitionAsync_Refuses_WhenTheRunIsNoMoreWhereTheStepWasDecidedFor()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateAsync("waits");
        await host.Store.TransitionAsync(run.Id, RunState.Starting, "cpu:0 is free", from: RunState.Queued, cancellation: Cancellation);
        // Starting allows Stopped, too; but a run that waited was to be stopped, and now a trainer is on its way.
        await Assert.ThrowsAsync<RunStateException>(() => host.Store.TransitionAsync(run.Id, RunState.Stopped, "stopped by the user", from: RunState.Queued, cancellation: Cancellation));
        Assert.Equal(RunState.Starting, (await host.Store.GetAsync(run.Id, Cancellation)).State);
    }

    [Fact]
    public async Task TransitionAsync_Throws_WhenThereIsNoSuchRun()
    {
        await using var host = await StoreHost.OpenAsync();
        Assert.Equal(7, (await Assert.ThrowsAsync<RunNotFoundException>(() => host.Store.TransitionAsync(7, RunState.Stopped, "test", cancellation: Cancellation))).RunId);
    }

    [Fact]
    public async Task CloneAsync_TrainsAlikeUnderAnotherName()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateAsync("original");
        var clone = await host.Store.CloneAsync(run.Id, cancellation: Cancellation);
        Assert.Equal(("original (copy)", RunState.Queued, run.SpecHash), (clone.Name, clone.State, clone.SpecHash));
        Assert.NotEqual(run.Id, clone.Id);
    }

    [Fact]
    public async Task EnsureBaselinesAsync_ReusesEqualOnes_WhenMixesDifferInPolicyOnly()
    {
        await using var host = await StoreHost.OpenAsync();
        var first = await host.CreateAsync("equal");
        var second = await host.Store.CreateAsync(StoreHost.Spec("uw") with { Weighting = new() { Name = "uw" } }, cancellation: Cancellation);
        var third = await host.Store.CreateAsync(StoreHost.Spec("other seed") with { Seed = 2 }, cancellation: Cancellation);
        var made = await host.Store.EnsureBaselinesAsync(first.Id, Cancellation);
        Assert.Equal([("qa", false), ("summary", false)], made.Select(choice => (choice.Task, choice.Reused)));
        var reused = await host.Store.EnsureBaselinesAsync(second.Id, Cancellation);
        Assert.Equal(made.Select(choice => choice.RunId), reused.Select(choice => choice.RunId));
        Assert.All(reused, choice => Assert.True(choice.Reused));
        Assert.All(await host.Store.EnsureBaselinesAsync(third.Id, Cancellation), choice => Assert.False(choice.Reused));
        var baseline = await host.Store.GetAsync(made[0].RunId, Cancellation);
        Assert.Equal(("qa", "qa"), (baseline.BaselineTask, baseline.ReadSpec().Baseline!.Task));
        Assert.Equal(made.Select(choice => choice.RunId), (await host.Reader.BaselinesAsync(first.Id, Cancellation)).Select(link => link.BaselineRunId));
    }

    [Fact]
    public async Task EnsureBaselinesAsync_QueuesAnew_WhenTheEqualOneFailed()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateAsync();
        var made = await host.Store.EnsureBaselinesAsync(run.Id, Cancellation);
        await host.Store.TransitionAsync(made[0].RunId, RunState.Stopped, "stopped by the user", cancellation: Cancellation);
        var again = await host.Store.EnsureBaselinesAsync(run.Id, Cancellation);
        Assert.Equal([false, true], again.Select(choice => choice.Reused));
    }

    [Fact]
    public async Task UpdateAsync_ChangesFieldsAndTags_ButNeverTheState()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.Store.CreateAsync(StoreHost.Spec() with { Tags = ["old"] }, cancellation: Cancellation);
        await host.Store.UpdateAsync(run.Id, row =>
        {
            (row.Name, row.Archived) = ("renamed", true);
            row.Tags = [new() { Tag = "new" }];
        }, Cancellation);
        var changed = await host.Store.GetAsync(run.Id, Cancellation);
        Assert.Equal(("renamed", true, "new"), (changed.Name, changed.Archived, Assert.Single(changed.Tags).Tag));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Store.UpdateAsync(run.Id, row => row.State = RunState.Finished, Cancellation));
    }
}
