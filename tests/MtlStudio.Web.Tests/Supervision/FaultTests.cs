using Microsoft.Data.Sqlite;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>What goes wrong around a run, and what is said of it.</summary>
public sealed class FaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact, Trait("Category", "Slow")]
    public async Task LockedDatabase_IsSaid_AndLosesNothing()
    {
        await using var studio = await TestStudio.StartAsync();
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 300));
        await studio.UntilAsync(run.Id, row => row.Step >= 20, "at step 20");
        await using (var other = new SqliteConnection($"Data Source={studio.Data.Database};Pooling=False"))
        {
            other.Open();
            await using var holding = other.BeginTransaction(); // BEGIN IMMEDIATE
            var before = new FileInfo(studio.Data.Run(run.Id).Events).Length;
            await studio.UntilAsync(run.Id, _ => studio.Active.Find(run.Id)?.Trouble is not null, "in trouble");
            Assert.Contains("another program holds the database's write lock", studio.Active.Find(run.Id)!.Trouble);
            Assert.True(new FileInfo(studio.Data.Run(run.Id).Events).Length > before, "training did not go on");
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => studio.Commands.StopAsync(run.Id, Token));
            Assert.True(StoreFaults.IsBusy(refused), refused.ToString());
        }
        var finished = await studio.UntilAsync(run.Id, RunState.Finished);
        Assert.Equal(EventLogScan.Of(studio.Data.Run(run.Id).Events).LastSeq, finished.IngestSeq);
        Assert.All(await studio.Get<RunReader>().SeriesAsync(run.Id, Token), series => Assert.Equal(300, series.Count));
    }

    [Fact]
    public async Task Abort_GoesOnFromTheCheckpoint_AndFailsWithItsWordsWhenItRepeats()
    {
        await using var studio = await TestStudio.StartAsync(options: new() { DeathsBeforeFailure = 2 });
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 40, checkpointEvery: 5, traits: "abortAt=7"));
        var failed = await studio.UntilAsync(run.Id, RunState.Failed);
        Assert.Equal(2, failed.Attempt);
        Assert.Contains("aborted, signal 6", failed.StateReason);
        Assert.Contains("the fake trainer aborts", failed.Failure);
        Assert.Null(failed.Device);
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task ClockJump_LosesNeitherRunNorLease_AndNoTimeIsNegative(int days)
    {
        var clock = new JumpyClock();
        await using var studio = await TestStudio.StartAsync(clock: clock, options: new() { UndoDelete = TimeSpan.FromSeconds(1) });
        var run = await studio.LaunchAsync(FakeSpecs.Make(steps: 60));
        var next = await studio.LaunchAsync(FakeSpecs.Make(steps: 10, seed: 2));
        await studio.UntilAsync(run.Id, row => row.Step >= 10, "at step 10");
        clock.Jump(TimeSpan.FromDays(days));
        var finished = await studio.UntilAsync(run.Id, RunState.Finished);
        Assert.Equal((60, 1), (finished.Step, finished.Attempt));
        Assert.True(finished.EndedAt >= finished.StartedAt);
        Assert.Empty(await studio.AlarmsAsync(run.Id));
        await studio.UntilAsync(next.Id, RunState.Finished);
        Assert.All(await studio.Get<RunQueue>().DevicesAsync(Token), lease => Assert.Null(lease.RunId));

        // Deleted before a jump, it goes in its time or at once, never in a year.
        await studio.Commands.DeleteAsync(run.Id, Token);
        clock.Jump(TimeSpan.FromDays(days));
        for (var left = 500; Directory.Exists(studio.Data.Run(run.Id).Root); left--)
        {
            Assert.True(left > 0, "the deleted run's files are still there");
            await Task.Delay(20, Token);
        }
    }

    /// <summary>The machine's clock, set forth or back; what measures spans and waits is not touched, as in a machine.</summary>
    private sealed class JumpyClock : TimeProvider
    {
        private long ticks;

        public void Jump(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ticks));
    }
}
