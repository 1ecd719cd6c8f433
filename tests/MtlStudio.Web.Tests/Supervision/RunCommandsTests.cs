using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Live;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

public sealed class RunCommandsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_RefuseWithTheReason_WhenTheStateIsWrong()
    {
        await using var studio = await TestStudio.StartAsync();
        var done = await studio.LaunchAsync(FakeSpecs.Make(steps: 2));
        await studio.UntilAsync(done.Id, RunState.Finished);
        var commands = studio.Commands;
        Assert.Equal($"Run {done.Id} is finished: only a run that waits, trains or is paused can be stopped",
            (await Assert.ThrowsAsync<RunStateException>(() => commands.StopAsync(done.Id, Token))).Message);
        Assert.EndsWith("only a run that trains can be paused", (await Assert.ThrowsAsync<RunStateException>(() => commands.PauseAsync(done.Id, Token))).Message);
        Assert.EndsWith("only a paused run can be resumed", (await Assert.ThrowsAsync<RunStateException>(() => commands.ResumeAsync(done.Id, Token))).Message);
        Assert.EndsWith("clone it to train it again", (await Assert.ThrowsAsync<RunStateException>(() => commands.RetryAsync(done.Id, Token))).Message);
        await Assert.ThrowsAsync<RunNotFoundException>(() => commands.StopAsync(999, Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => commands.SetPriorityAsync(done.Id, 5_000, Token));
    }

    [Fact]
    public async Task Launch_NamesEveryFaultOfFieldsAndReferences_AndQueuesNothing()
    {
        await using var studio = await TestStudio.StartAsync();
        var fault = await Assert.ThrowsAsync<InvalidInputException>(() => studio.Commands.LaunchAsync(FakeSpecs.Make(steps: 0), cancellation: Token));
        Assert.Contains(fault.Errors, error => error.Field == "training.steps");
        Assert.Contains(fault.Errors, error => error.Field == "model.path");
        Assert.Empty((await studio.Get<RunReader>().RunsAsync(new RunFilter(), Token)).Items);
    }

    [Fact]
    public async Task StopOfAWaitingRun_IsImmediate_AndDeleteLeavesNothing()
    {
        await using var studio = await TestStudio.StartAsync(options: new() { UndoDelete = TimeSpan.Zero });
        var blocker = await studio.LaunchAsync(FakeSpecs.Make(steps: 100_000));
        await studio.UntilAsync(blocker.Id, RunState.Running);
        var waiting = await studio.LaunchAsync(FakeSpecs.Make());
        Assert.Equal(RunState.Stopped, (await studio.Commands.StopAsync(waiting.Id, Token)).State);
        Assert.Equal(RunState.Queued, (await studio.Commands.RetryAsync(waiting.Id, Token)).State);
        await studio.Commands.DeleteAsync(waiting.Id, Token);
        Assert.Null(await studio.Store.FindOrNullAsync(waiting.Id, Token));

        Assert.Contains("stop it before you delete it", (await Assert.ThrowsAsync<RunStateException>(() => studio.Commands.DeleteAsync(blocker.Id, Token))).Message);
        await studio.Commands.StopAsync(blocker.Id, Token);
        await studio.UntilAsync(blocker.Id, RunState.Stopped);
        await studio.Commands.DeleteAsync(blocker.Id, Token);
        Assert.False(Directory.Exists(studio.Data.Run(blocker.Id).Root));
    }

    [Fact]
    public async Task Delete_CanBeUndoneForAWhile_AndThenLeavesNothing()
    {
        await using var studio = await TestStudio.StartAsync(options: new() { UndoDelete = TimeSpan.FromSeconds(1.5) });
        var kept = await studio.LaunchAsync(FakeSpecs.Make(steps: 20));
        var gone = await studio.LaunchAsync(FakeSpecs.Make(steps: 20));
        await studio.UntilAsync(kept.Id, RunState.Finished);
        await studio.UntilAsync(gone.Id, RunState.Finished);
        await studio.Commands.DeleteAsync(kept.Id, Token);
        await studio.Commands.DeleteAsync(gone.Id, Token);
        Assert.Null(await studio.Store.FindOrNullAsync(kept.Id, Token));
        Assert.Equal(RunState.Finished, (await studio.Commands.RestoreAsync(kept.Id, Token)).State);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (Directory.Exists(studio.Data.Run(gone.Id).Root) || (await studio.Get<RunRemoval>().MarkedAsync(Token)).Count > 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "the deleted run still lies there");
            await Task.Delay(50, Token);
        }
        await Assert.ThrowsAsync<RunNotFoundException>(() => studio.Commands.RestoreAsync(gone.Id, Token));
        Assert.Equal(20, (await studio.Store.GetAsync(kept.Id, Token)).Step);
        Assert.True(Directory.Exists(studio.Data.Run(kept.Id).Root));
        Assert.NotEmpty((await studio.Get<MetricReader>().PointsAsync(kept.Id, new() { Series = ["loss/train/" + FakeSpecs.Make().Tasks[0].Name] }, Token))[0].X);
    }

    [Fact]
    public async Task DeletedRunThatWaited_IsNotStarted_UntilItIsBroughtBack()
    {
        await using var studio = await TestStudio.StartAsync();
        var blocker = await studio.LaunchAsync(FakeSpecs.Make(steps: 100_000));
        await studio.UntilAsync(blocker.Id, RunState.Running);
        var waiting = await studio.LaunchAsync(FakeSpecs.Make(steps: 5));
        await studio.Commands.DeleteAsync(waiting.Id, Token);
        await studio.Commands.StopAsync(blocker.Id, Token);
        await studio.UntilAsync(blocker.Id, RunState.Stopped);
        Assert.Null(await studio.Store.FindOrNullAsync(waiting.Id, Token));
        Assert.Equal(RunState.Queued, (await studio.Commands.RestoreAsync(waiting.Id, Token)).State);
        await studio.UntilAsync(waiting.Id, RunState.Finished);
    }

    [Fact]
    public async Task Follower_SeesEveryEventOfALiveRunOnce_AndItsStates()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 80));
        await studio.UntilAsync(run.Id, row => row.Step >= 20, "at step 20");
        var seen = new List<long>();
        await foreach (var item in studio.Get<RunFollower>().FollowAsync(run.Id, -1, Token))
        {
            if (item is LiveEvents events) seen.AddRange(events.Events.Select(one => one.Seq));
            if (item is LiveChange { State: RunState.Finished }) break;
        }
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => (long)i), seen);
        Assert.Equal((await studio.Store.GetAsync(run.Id, Token)).IngestSeq, seen[^1]);
    }
}
