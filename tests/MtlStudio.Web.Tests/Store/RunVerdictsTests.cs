using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Tests.Store;

public sealed class RunVerdictsTests
{
    private const int Examples = 400;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task JudgeAsync_WritesRowsAndAlarms_AndNothingWhereAllStands()
    {
        await using var host = await StoreHost.OpenAsync();
        var (run, baseline) = await RunsAsync(host, right: 40, baselineRight: 70);
        var verdicts = host.Get<RunVerdicts>();
        Assert.Equal([run, baseline], await verdicts.DueAsync(Cancellation));
        Assert.Equal([run, baseline], await verdicts.AffectedByAsync(baseline, Cancellation));

        Assert.Equal([run], await verdicts.JudgeAsync(run, Cancellation));
        var row = Assert.Single(await verdicts.OfAsync([run], cancellation: Cancellation));
        Assert.Equal(("qa", "exact-match", "hurt", baseline, Examples, "test"), (row.Task, row.Metric, row.Verdict, row.ReferenceRunId, row.Examples, row.Split));
        Assert.Equal((0.4, 0.7, -0.3), (row.Value, row.ReferenceValue, Math.Round(row.Delta, 12)));
        Assert.InRange(row.Delta, row.Low, row.High);
        Assert.Equal("helped", Assert.Single(await verdicts.OfAsync([run], RunDelta.Untuned, Cancellation)).Verdict);
        var alarm = Assert.Single(await host.Reader.AlarmsAsync(run, Cancellation));
        Assert.Equal(("hurt", "qa"), (alarm.Kind, alarm.Task));
        Assert.Equal($"qa is hurt: exact-match 40.0, 30.0 below its baseline, run {baseline} (suspected negative transfer: one seed)", alarm.Message);

        Assert.Equal([baseline], await verdicts.DueAsync(Cancellation)); // it has nothing to stand beside
        Assert.Empty(await verdicts.JudgeAsync(run, Cancellation));
    }

    [Fact]
    public async Task JudgeAsync_JudgesAnew_WhenAnotherDifferenceMatters()
    {
        await using var host = await StoreHost.OpenAsync();
        var (run, _) = await RunsAsync(host, right: 40, baselineRight: 70);
        var verdicts = host.Get<RunVerdicts>();
        await verdicts.JudgeAsync(run, Cancellation);
        await host.Get<SettingStore>().WriteAsync(JudgingSettings.SmallestDifferenceKey, 45.0, Cancellation);
        Assert.Equal([run], await verdicts.JudgeAsync(run, Cancellation));
        Assert.Equal("same", Assert.Single(await verdicts.OfAsync([run], cancellation: Cancellation)).Verdict);
        Assert.Empty(await host.Reader.AlarmsAsync(run, Cancellation));
    }

    [Fact]
    public async Task OfAsync_GivesNoRow_WhenTheBaselineIsDeleted()
    {
        await using var host = await StoreHost.OpenAsync();
        var (run, baseline) = await RunsAsync(host, right: 40, baselineRight: 70);
        var verdicts = host.Get<RunVerdicts>();
        await verdicts.JudgeAsync(run, Cancellation);
        await host.Get<RunRemoval>().DeleteAsync(baseline, Cancellation);
        Assert.Empty(await verdicts.OfAsync([run], cancellation: Cancellation));
        Assert.Single(await verdicts.OfAsync([run], RunDelta.Untuned, Cancellation));
    }

    [Fact]
    public async Task JudgeAsync_JudgesSeedsTogether_AndTellsEachOfThem()
    {
        await using var host = await StoreHost.OpenAsync();
        var verdicts = host.Get<RunVerdicts>();
        var runs = new List<long>();
        var baselines = new List<long>();
        foreach (var seed in new[] { 1, 2, 3 })
        {
            // Under seed 2 the task alone would not be called hurt.
            var (run, baseline) = await RunsAsync(host, right: seed == 2 ? 66 : 60, baselineRight: 70, seed);
            runs.Add(run);
            baselines.Add(baseline);
            Assert.Equal(seed == 1 ? [run] : runs, await verdicts.JudgeAsync(run, Cancellation));
        }
        Assert.Empty(await verdicts.JudgeAsync(runs[0], Cancellation));
        var together = await verdicts.OfSeedsAsync(runs, cancellation: Cancellation);
        Assert.All(runs, run => Assert.Equal(("qa", "hurt", "negative", 3, 3L, string.Join(',', runs)),
            (together[run].Single().Task, together[run].Single().Verdict, together[run].Single().Transfer, together[run].Single().Seeds, together[run].Single().LastSeed, together[run].Single().Runs)));
        Assert.Equal(-0.08, together[runs[0]].Single().Delta, 1e-9);
        foreach (var run in runs)
            Assert.Equal($"qa is hurt in the 3 seeds of this training together (runs {runs[0]}, {runs[1]} and {runs[2]}): exact-match 8.0 below the baselines (negative transfer: so under each seed)", Assert.Single(await host.Reader.AlarmsAsync(run, Cancellation)).Message);

        // Without one of them two seeds are left, and they no more than suspect.
        await host.Get<RunRemoval>().MarkAsync(runs[2], Cancellation);
        Assert.Empty((await verdicts.OfSeedsAsync(runs, cancellation: Cancellation))[runs[0]]);
        Assert.Equal([runs[0]], await verdicts.LeftByAsync(runs[2], Cancellation));
        Assert.Equal(runs[..2], await verdicts.JudgeAsync(runs[0], Cancellation));
        Assert.Equal((2, "suspected"), ((await verdicts.OfSeedsAsync(runs, cancellation: Cancellation))[runs[1]].Single() is var left ? left.Seeds : 0, left.Transfer));
        Assert.Empty(await verdicts.LeftByAsync(baselines[0], Cancellation));
    }

    /// <summary>A finished run of qa and summary with a finished baseline of qa; of 100 examples so many are right, the first ones.</summary>
    private static async Task<(long Run, long Baseline)> RunsAsync(StoreHost host, int right, int baselineRight, long seed = 1)
    {
        var run = (await host.Store.CreateAsync(StoreHost.Spec() with { Seed = seed }, cancellation: Cancellation)).Id;
        var baseline = (await host.Store.EnsureBaselinesAsync(run, Cancellation)).Single(choice => choice.Task == "qa").RunId;
        await FinishAsync(host, run, Scores(1, 0, 10), Scores(2, 100, right));
        await FinishAsync(host, baseline, Scores(1, 100, baselineRight));
        return (run, baseline);
    }

    private static ExampleScoresEvent Scores(long seq, int step, int right) => new()
    {
        Seq = seq, Step = step, Split = "test", Task = "qa", Examples = [.. Enumerable.Range(0, Examples)], Losses = [.. Enumerable.Repeat(1.0, Examples)], Tokens = [.. Enumerable.Repeat(1, Examples)],
        Metrics = [MetricStatistics.Of("exact-match", [.. Enumerable.Range(0, Examples).Select(row => new[] { row * 100 < right * Examples ? 1.0 : 0 })])],
    };

    private static async Task FinishAsync(StoreHost host, long run, params RunEvent[] events)
    {
        await host.Ingest.ApplyAsync(run, events, events.Length * 100, Cancellation);
        foreach (var state in new[] { RunState.Starting, RunState.Running, RunState.Finished }) await host.Store.TransitionAsync(run, state, "by the test", cancellation: Cancellation);
    }
}
