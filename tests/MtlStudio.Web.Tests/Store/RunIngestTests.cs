using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class RunIngestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ApplyAsync_KeepsWhatCounts_ThroughCrashesRepeatsAndRestarts(int seed)
    {
        var history = new RunHistory(seed, steps: 700);
        Assert.Contains(history.Events, value => value is RewoundEvent);
        var host = await StoreHost.OpenAsync();
        try
        {
            var run = (await host.CreateAsync()).Id;
            var random = new KeyedRandom(seed, "batches");
            var at = 0;
            while (at < history.Events.Count)
            {
                // Some of what is known is given again, as a reader does that lost its place.
                var from = Math.Max(0, at - random.NextInt(4));
                var to = Math.Min(history.Events.Count, at + 1 + random.NextInt(120));
                var result = await host.Ingest.ApplyAsync(run, [.. history.Events.Take(to).Skip(from)], to * 100, Cancellation);
                Assert.Equal(new IngestPosition(to * 100, to), result.Position);
                Assert.Equal(to - at, result.Applied.Count);
                at = to;
                if (random.NextInt(10) == 0) host.Ingest.Forget(run);
            }
            Assert.Equal(new IngestPosition(at * 100, at), await host.Ingest.PositionAsync(run, Cancellation));
            await MetricCheck.AssertAsync(host, run, history.Surviving());
            await AssertRowsAsync(host, run, history);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task ApplyAsync_GivesTheSameRows_WhateverTheBatches()
    {
        var history = new RunHistory(9, steps: 300);
        await using var host = await StoreHost.OpenAsync();
        var whole = (await host.CreateAsync()).Id;
        var single = (await host.CreateAsync()).Id;
        await host.Ingest.ApplyAsync(whole, history.Events, 5, Cancellation);
        foreach (var value in history.Events) await host.Ingest.ApplyAsync(single, [value], value.Seq, Cancellation);
        var query = new PointsQuery { Series = [.. (await host.Reader.SeriesAsync(whole, Cancellation)).Select(series => series.Name)], MaxPoints = 20 };
        var (first, second) = (host.Metrics.Points(whole, query, Cancellation), host.Metrics.Points(single, query, Cancellation));
        foreach (var (one, other) in first.Zip(second)) AssertEqual(one, other);
    }

    [Fact]
    public async Task ApplyAsync_LeavesNothingHalfDone_WhenTheTransactionFails()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = (await host.CreateAsync()).Id;
        await host.Ingest.ApplyAsync(run, [Declare(1), Points(2, 1, 0.5)], 20, Cancellation);
        // A text that no row may hold fails the batch after its points were taken in.
        await Assert.ThrowsAnyAsync<Exception>(() => host.Ingest.ApplyAsync(run, [Points(3, 2, 0.7), new LogEvent { Seq = 4, Message = null! }], 40, Cancellation));
        Assert.Equal(new IngestPosition(20, 2), await host.Ingest.PositionAsync(run, Cancellation));
        await host.Ingest.ApplyAsync(run, [Points(3, 2, 0.9)], 30, Cancellation);
        var points = host.Metrics.Points(run, new() { Series = ["loss/train"] }, Cancellation)[0];
        Assert.Equal([0.5, 0.9], points.Mean);
    }

    [Fact]
    public async Task ApplyAsync_SaysWhatItLeftOut_WhenAnEventMakesNoSense()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = (await host.CreateAsync()).Id;
        await host.Ingest.ApplyAsync(run, [Declare(1), new PointsEvent { Seq = 2, Index = 1, Ids = [0, 7], Values = [1, 2] }, new PointsEvent { Seq = 3, Index = -1 },
            new PointsEvent { Seq = 4, Index = 1, Ids = [0], Values = [] }, new RunEvent { Seq = 5 }, new ExampleScoresEvent { Seq = 6, Task = "qa", Examples = [1, 2], Losses = [1], Tokens = [1, 1] }], 50, Cancellation);
        var lines = (await host.Reader.LogAsync(run, cancellation: Cancellation)).Items;
        Assert.Equal([2L, 3, 4, 6], lines.Select(line => line.Seq));
        Assert.Contains("series id 7 was never declared", lines[0].Message);
        Assert.Equal([1.0], host.Metrics.Points(run, new() { Series = ["loss/train"] }, Cancellation)[0].Mean);
    }

    [Fact]
    public async Task ApplyAsync_ReplacesAPoint_WhenItIsGivenAgainOrOutOfOrder()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = (await host.CreateAsync()).Id;
        var events = new List<RunEvent> { Declare(1) };
        for (var step = 0; step < 200; step += 2) events.Add(Points(events.Count + 1, step, step));
        await host.Ingest.ApplyAsync(run, events, 1, Cancellation);
        foreach (var (index, value) in new[] { (0L, -1.0), (3, 30.0), (64, double.NaN), (198, 7.0), (197, 8.0) })
        {
            events.Add(Points(events.Count + 1, index, value));
            await host.Ingest.ApplyAsync(run, [events[^1]], events.Count, Cancellation);
        }
        await MetricCheck.AssertAsync(host, run, events);
    }

    [Fact]
    public async Task ApplyAsync_KeepsTheLifeOfTheRun_AsItsEventsTellIt()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateRunningAsync();
        await host.Store.UpdateAsync(run.Id, row => row.DeathsWithoutCheckpoint = 2, Cancellation);
        await host.Ingest.ApplyAsync(run.Id, [
            new StartedEvent { Seq = 1, Time = 1000, Attempt = 3, Step = 5, TotalSteps = 60, Parameters = 10, TrainableParameters = 4, Environment = new Dictionary<string, string> { ["threads"] = "2" },
                Tasks = [new() { Name = "qa", TrainExamples = 9, ValidationExamples = 3, PlannedShare = 0.75, PrimaryMetric = "f1" }] },
            new CheckpointEvent { Seq = 2, Time = 2000, Step = 10, Path = "checkpoints/a", Bytes = 7, Keeps = ["last", "best:qa"] },
            new CheckpointEvent { Seq = 3, Time = 3000, Step = 20, Path = "checkpoints/b", Bytes = 7, Keeps = ["last"] },
            new CheckpointEvent { Seq = 4, Time = 3000, Step = 10, Path = "checkpoints/a", Removed = true },
            new EndedEvent { Seq = 5, Time = 4000, Outcome = "failed", Step = 22, Message = "the loss is not finite" }], 99, Cancellation);
        var row = await host.Store.GetAsync(run.Id, Cancellation);
        Assert.Equal((3, 22, 60, 0, "failed", "the loss is not finite"), (row.Attempt, row.Step, row.TotalSteps, row.DeathsWithoutCheckpoint, row.Outcome, row.Failure));
        Assert.Equal((10L, 4L, 5, "{\"threads\":\"2\"}"), (row.Parameters, row.TrainableParameters, row.AttemptStartStep, row.EnvironmentJson));
        Assert.Equal((9, 0.75, "f1", 0), (row.Tasks[0].TrainExamples, row.Tasks[0].PlannedShare, row.Tasks[0].PrimaryMetric, row.Tasks[0].ColorIndex));
        var checkpoint = Assert.Single(await host.Reader.CheckpointsAsync(run.Id, Cancellation));
        Assert.Equal(("checkpoints/b", 20, "last"), (checkpoint.Path, checkpoint.Step, checkpoint.Keeps));
    }

    [Fact]
    public async Task OffsetBeforeAsync_NamesAPlaceAtOrBeforeTheEvent()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = (await host.CreateAsync()).Id;
        for (var i = 1; i <= 10; i++)
            await host.Ingest.ApplyAsync(run, [new LogEvent { Seq = i, Message = "line" }], i * 40_000, Cancellation);
        Assert.Equal(0, await host.Reader.OffsetBeforeAsync(run, 1, Cancellation));
        Assert.Equal(80_000, await host.Reader.OffsetBeforeAsync(run, 3, Cancellation));
        Assert.Equal(400_000, await host.Reader.OffsetBeforeAsync(run, 10, Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_LeavesNoRow_AndRefusesARunWithATrainer()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateRunningAsync();
        var other = (await host.CreateAsync("other")).Id;
        var history = new RunHistory(5, steps: 200);
        await host.Ingest.ApplyAsync(run.Id, history.Events, 5, Cancellation);
        await host.Ingest.ApplyAsync(other, history.Events, 5, Cancellation);
        var removal = host.Get<RunRemoval>();
        await Assert.ThrowsAsync<RunStateException>(() => removal.DeleteAsync(run.Id, Cancellation));
        await host.Store.TransitionAsync(run.Id, RunState.Finished, "done", cancellation: Cancellation);
        await removal.DeleteAsync(run.Id, Cancellation);
        await MetricCheck.AssertAsync(host, other, history.Surviving());
        await using var context = host.Context();
        foreach (var table in new[] { "metric_tick", "series", "sample", "evaluation_score", "example_scores", "checkpoint", "log_line", "alarm", "run_task", "run_transition" })
            Assert.Equal((table, 0, true), (table, await CountAsync(context, $"SELECT COUNT(*) AS Value FROM {table} WHERE run_id = {run.Id}"),
                await CountAsync(context, $"SELECT COUNT(*) AS Value FROM {table} WHERE run_id = {other}") > 0));
        Assert.Equal(0, await CountAsync(context, "SELECT COUNT(*) AS Value FROM metric_point WHERE series_id NOT IN (SELECT id FROM series)"));
        Assert.Equal(0, await CountAsync(context, "SELECT COUNT(*) AS Value FROM metric_rollup WHERE series_id NOT IN (SELECT id FROM series)"));
        Assert.Equal(0, await context.Purges.CountAsync(Cancellation));
        await Assert.ThrowsAsync<RunNotFoundException>(() => host.Ingest.ApplyAsync(run.Id, [new LogEvent { Seq = 9999, Message = "late" }], 6, Cancellation));
    }

    [Fact]
    public async Task OpenAsync_FinishesADeletion_WhenItWasCutOff()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = (await host.CreateAsync()).Id;
        await host.Ingest.ApplyAsync(run, new RunHistory(5, steps: 200).Events, 5, Cancellation);
        await using (var context = host.Context())
        {
            context.Purges.AddRange((await host.Reader.SeriesAsync(run, Cancellation)).Select(series => new Purge { RunId = run, SeriesId = series.Id }).Append(new() { RunId = run }));
            context.Runs.Remove(await context.Runs.SingleAsync(Cancellation));
            await context.SaveChangesAsync(Cancellation);
        }
        await host.Database.DisposeAsync();
        await using var again = await StoreHost.OpenAsync(host.Folder);
        await again.Database.Purge;
        await using var after = again.Context();
        foreach (var table in new[] { "metric_point", "metric_rollup", "metric_tick", "purge" })
            Assert.Equal((table, 0), (table, await CountAsync(after, $"SELECT COUNT(*) AS Value FROM {table}")));
    }

    private static async Task<int> CountAsync(StudioContext context, string sql) =>
        (await context.Database.SqlQueryRaw<int>(sql).ToListAsync(Cancellation)).Single();

    private static async Task AssertRowsAsync(StoreHost host, long run, RunHistory history)
    {
        var left = history.Surviving();
        Assert.Equal(left.OfType<SampleEvent>().Select(value => value.Seq), (await host.Reader.SamplesAsync(run, cancellation: Cancellation)).Items.Select(row => row.Seq));
        Assert.Equal(left.OfType<AlarmEvent>().Select(value => value.Seq), (await host.Reader.AlarmsAsync(run, Cancellation)).Select(row => row.Seq));
        Assert.Equal(left.OfType<CheckpointEvent>().Select(value => value.Step), (await host.Reader.CheckpointsAsync(run, Cancellation)).Select(row => row.Step));
        var scores = await host.Reader.ScoresAsync(run, cancellation: Cancellation);
        Assert.Equal(left.OfType<EvaluationEvent>().SelectMany(value => new[] { value.Tasks[0].Loss, 0.25, value.UnifiedScore!.Value }), scores.Select(row => row.Score));
        Assert.Equal(history.Events.OfType<LogEvent>().Select(value => value.Seq), (await host.Reader.LogAsync(run, take: 1000, cancellation: Cancellation)).Items.Select(row => row.Seq));
        await using var context = host.Context();
        var sets = await context.ExampleScores.AsNoTracking().OrderBy(set => set.Seq).ToListAsync(Cancellation);
        Assert.Equal(left.OfType<ExampleScoresEvent>().Select(value => JsonSerializer.Serialize(value, WireJson.Compact)), sets.Select(set => JsonSerializer.Serialize(set.Read(), WireJson.Compact)));
        var sample = (await host.Reader.SamplesAsync(run, "qa", step: 0, cancellation: Cancellation)).Items.Single();
        Assert.Equal(["a", "b"], sample.ReadReferences());
        Assert.Equal((0.5, null), (sample.ReadScores()["f1"], sample.Loss));
        var row = await host.Store.GetAsync(run, Cancellation);
        Assert.Equal((700, 700.0, "finished"), (row.Step, row.UnifiedScore, row.Outcome));
    }

    internal static SeriesEvent Declare(long seq) => new() { Seq = seq, Series = [new() { Id = 0, Name = "loss/train" }] };

    internal static PointsEvent Points(long seq, long index, double value) => new() { Seq = seq, Time = seq * 1000, Index = index, Ids = [0], Values = [value] };

    private static void AssertEqual(SeriesPoints one, SeriesPoints other)
    {
        Assert.Equal(one.Series, other.Series);
        Assert.Equal(one.X, other.X);
        Assert.Equal(one.Mean, other.Mean);
        Assert.Equal(one.Min, other.Min);
        Assert.Equal(one.Max, other.Max);
        Assert.Equal(one.NonFinite, other.NonFinite);
    }
}
