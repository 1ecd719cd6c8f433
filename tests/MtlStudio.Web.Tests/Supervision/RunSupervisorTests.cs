using System.Diagnostics;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Testing;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

public sealed class RunSupervisorTests
{
    private static readonly SupervisionOptions Hasty = new() { TerminateAfter = TimeSpan.FromSeconds(0.4), KillAfter = TimeSpan.FromSeconds(0.4) };

    [Fact]
    public async Task Launch_LeadsThroughAllStates_AndStoresEveryEventOnce()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 40));
        run = await studio.UntilAsync(run.Id, RunState.Finished);
        Assert.Equal([RunState.Queued, RunState.Starting, RunState.Running, RunState.Finished], await studio.StatesAsync(run.Id));
        Assert.Equal(40, run.Step);
        Assert.Equal(EventLogScan.Of(studio.Data.Run(run.Id).Events).LastSeq, run.IngestSeq);
        Assert.All(await studio.Get<RunReader>().SeriesAsync(run.Id, TestContext.Current.CancellationToken), series => Assert.Equal(40, series.Count));
        Assert.All(await studio.Get<RunQueue>().DevicesAsync(TestContext.Current.CancellationToken), lease => Assert.Null(lease.RunId));
    }

    [Fact]
    public async Task Queue_StartsInOrder_AsDevicesBecomeFree()
    {
        await using var studio = await TestStudio.StartAsync(slots: 2);
        var ids = new List<long>();
        for (var i = 0; i < 5; i++) ids.Add((await studio.LaunchAsync(FakeSpecs.Make(steps: 60, seed: i))).Id);
        await studio.Commands.SetPriorityAsync(ids[4], 7, TestContext.Current.CancellationToken);
        await studio.Commands.ReorderAsync([ids[3], ids[2]], TestContext.Current.CancellationToken);
        foreach (var id in ids) await studio.UntilAsync(id, RunState.Finished);
        var started = new List<(DateTimeOffset Time, long Id)>();
        foreach (var id in ids) started.Add(((await studio.Store.GetAsync(id, TestContext.Current.CancellationToken)).StartedAt!.Value, id));
        Assert.Equal([ids[4], ids[3], ids[2]], started.OrderBy(pair => pair.Time).Select(pair => pair.Id).Skip(2));
    }

    [Fact]
    public async Task Pause_FreesTheDevice_AndResumeGoesOnFromTheCheckpoint()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 120));
        await studio.UntilAsync(run.Id, row => row.Step >= 12, "at step 12");
        await studio.Commands.PauseAsync(run.Id, TestContext.Current.CancellationToken);
        var paused = await studio.UntilAsync(run.Id, RunState.Paused);
        Assert.Null(paused.Device);
        Assert.InRange(paused.Step, 12, 119);
        await studio.Commands.ResumeAsync(run.Id, TestContext.Current.CancellationToken);
        var finished = await studio.UntilAsync(run.Id, RunState.Finished);
        Assert.Equal((120, 2, paused.Step), (finished.Step, finished.Attempt, finished.AttemptStartStep));
        Assert.Equal([RunState.Queued, RunState.Starting, RunState.Running, RunState.Pausing, RunState.Paused, RunState.Queued, RunState.Starting, RunState.Running, RunState.Finished],
            await studio.StatesAsync(run.Id));
    }

    [Fact]
    public async Task Stop_EndsWithACheckpoint_AndRetryFinishes()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 100));
        await studio.UntilAsync(run.Id, row => row.Step >= 7, "at step 7");
        await studio.Commands.StopAsync(run.Id, TestContext.Current.CancellationToken);
        var stopped = await studio.UntilAsync(run.Id, RunState.Stopped);
        Assert.True(Directory.Exists(studio.Data.Run(run.Id).Checkpoint(stopped.Step)));
        await studio.Commands.RetryAsync(run.Id, TestContext.Current.CancellationToken);
        Assert.Equal(stopped.Step, (await studio.UntilAsync(run.Id, RunState.Finished)).AttemptStartStep);
    }

    [Fact]
    public async Task Stop_KillsAtLast_WhenTheTrainerListensToNobody()
    {
        await using var studio = await TestStudio.StartAsync(options: Hasty);
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 100_000, traits: "deaf=1"));
        await studio.UntilAsync(run.Id, row => row.Step >= 5, "at step 5");
        var clock = Stopwatch.StartNew();
        await studio.Commands.StopAsync(run.Id, TestContext.Current.CancellationToken);
        var stopped = await studio.UntilAsync(run.Id, RunState.Stopped);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(10));
        Assert.Contains("by force (it did not end within 1 s)", stopped.StateReason);
    }

    [Fact]
    public async Task DeadTrainer_GoesOnFromItsCheckpoint_AndTheRunFinishes()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 100));
        await studio.UntilAsync(run.Id, row => row.Step >= 23, "at step 23");
        Assert.True(Signals.TrySendKill(await studio.TrainerAsync(run.Id)));
        var finished = await studio.UntilAsync(run.Id, RunState.Finished);
        Assert.Equal(2, finished.Attempt);
        Assert.True(finished.AttemptStartStep >= 20);
        var causes = (await studio.Get<RunReader>().TransitionsAsync(run.Id, TestContext.Current.CancellationToken)).Select(row => row.Cause);
        Assert.Contains(causes, cause => cause.StartsWith("trainer died (killed, signal 9"));
        Assert.All(await studio.Get<RunReader>().SeriesAsync(run.Id, TestContext.Current.CancellationToken), series => Assert.Equal(100, series.Count));
    }

    [Fact]
    public async Task DeadTrainer_FailsTheRun_AfterThreeDeathsWithoutANewCheckpoint()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 100, checkpointEvery: 10, traits: "killAt=25"));
        var failed = await studio.UntilAsync(run.Id, RunState.Failed);
        // The first death followed the checkpoint at step 20; the resumed attempts made no other.
        Assert.Equal((3, 3), (failed.Attempt, failed.DeathsWithoutCheckpoint));
        Assert.Contains("died 3 times in a row without reaching a new checkpoint, the last time at step 25", failed.Failure);
    }

    [Fact]
    public async Task Exit1_FailsAtOnce_WithTheTrainersOwnMessage()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(traits: "failAt=7"));
        var failed = await studio.UntilAsync(run.Id, RunState.Failed);
        Assert.Equal(("The loss became NaN at step 7: lower the learning rate", 1), (failed.Failure, failed.Attempt));
    }

    [Fact]
    public async Task Exit2_FailsAtOnce_WithWhatTheTrainerPrinted()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(traits: "invalid=1"));
        Assert.Equal("training.steps: Steps must be at least 1 (you gave -3)", (await studio.UntilAsync(run.Id, RunState.Failed)).Failure);
    }

    [Fact]
    public async Task AbsentTrainer_FailsTheRun_AndNamesTheCure()
    {
        await using var studio = await TestStudio.StartAsync(options: new() { Trainer = "/no/such/mtl" });
        var run = await studio.LaunchAsync(FakeSpecs.Make());
        var failed = await studio.UntilAsync(run.Id, RunState.Failed);
        Assert.Contains("The trainer is not at /no/such/mtl: build the whole solution", failed.Failure);
        Assert.Null(failed.Device);
    }

    [Fact]
    public async Task UnusableRunFolder_FailsTheRun_AndFreesTheDevice()
    {
        await using var studio = await TestStudio.StartAsync();
        File.WriteAllText(studio.Data.Run(1).Root, "a file where the run's folder should be");
        var run = await studio.LaunchAsync(FakeSpecs.Make());
        var failed = await studio.UntilAsync(run.Id, RunState.Failed);
        Assert.Contains("Mend the cause, then retry", failed.Failure);
        Assert.All(await studio.Get<RunQueue>().DevicesAsync(TestContext.Current.CancellationToken), lease => Assert.Null(lease.RunId));
    }

    [Fact]
    public async Task HangingTrainer_RaisesOneAlarm_AndIsBegunAgainFromItsCheckpoint()
    {
        await using var studio = await TestStudio.StartAsync(options: Hasty with { StallAlarmAfter = TimeSpan.FromSeconds(0.5), EndSilentAfter = TimeSpan.FromSeconds(3), DeathsBeforeFailure = 2 });
        var run = await studio.LaunchAsync(FakeSpecs.Make(checkpointEvery: 5, traits: "hangAt=12"));
        var failed = await studio.UntilAsync(run.Id, RunState.Failed);
        Assert.True(failed.Attempt >= 2);
        Assert.Contains("no sign of life", failed.StateReason);
        // The rewind to the checkpoint took the first attempt's alarm back; a slow start may have raised one too.
        var alarm = Assert.Single(await studio.AlarmsAsync(run.Id), row => row.Step == 12);
        Assert.Equal(RunAlarms.Stalled, alarm.Kind);
        Assert.Contains("and no sign of life", alarm.Message);
    }

    [Fact]
    public async Task Shutdown_LeavesTheTrainerAlive_AndTheNextStudioTakesItOver()
    {
        using var folder = new TemporaryFolder();
        long id;
        ProcessIdentity trainer;
        {
            var first = await TestStudio.StartAsync(folder: folder.Root);
            id = (await first.LaunchAsync(FakeSpecs.Make(steps: 200))).Id;
            await first.UntilAsync(id, row => row.Step >= 10, "at step 10");
            trainer = await first.TrainerAsync(id);
            await first.StopAsync();
        }
        Assert.True(trainer.IsAlive());
        await using var second = await TestStudio.StartAsync(folder: folder.Root);
        var finished = await second.UntilAsync(id, RunState.Finished);
        Assert.Equal((200, 1), (finished.Step, finished.Attempt));
        Assert.Equal([RunState.Queued, RunState.Starting, RunState.Running, RunState.Finished], await second.StatesAsync(id));
    }

    [Fact]
    public async Task Shutdown_LetsTrainersSaveAndEnd_WhenTheSettingsSaySo()
    {
        using var folder = new TemporaryFolder();
        var options = new SupervisionOptions { StopTrainersOnShutdown = true };
        long id;
        {
            var first = await TestStudio.StartAsync(options: options, folder: folder.Root);
            id = (await first.LaunchAsync(FakeSpecs.Make(steps: 150))).Id;
            await first.UntilAsync(id, row => row.Step >= 10, "at step 10");
            var trainer = await first.TrainerAsync(id);
            await first.StopAsync();
            Assert.False(trainer.IsAlive());
        }
        await using var second = await TestStudio.StartAsync(options: options, folder: folder.Root);
        var finished = await second.UntilAsync(id, RunState.Finished);
        Assert.Equal(2, finished.Attempt);
        Assert.All(await second.Get<RunReader>().SeriesAsync(id, TestContext.Current.CancellationToken), series => Assert.Equal(150, series.Count));
    }

    [Fact]
    public async Task NextStudio_CarriesOutAStop_ThatTheLastOneOnlyNoted()
    {
        using var folder = new TemporaryFolder();
        long id;
        {
            var first = await TestStudio.StartAsync(folder: folder.Root);
            id = (await first.LaunchAsync(FakeSpecs.Make(steps: 100_000))).Id;
            await first.UntilAsync(id, row => row.Step >= 5, "at step 5");
            await first.StopAsync();
        }
        // A studio that died between its transaction and the control file.
        await using (var store = await BareStore.OpenAsync(folder.Root)) await store.Store.TransitionAsync(id, RunState.Stopping, "stopped by the user", cancellation: TestContext.Current.CancellationToken);
        await using var second = await TestStudio.StartAsync(folder: folder.Root);
        await second.UntilAsync(id, RunState.Stopped);
    }
}
