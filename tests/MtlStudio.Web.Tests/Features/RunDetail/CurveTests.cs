using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Tests.Store;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class CurveTests
{
    private static readonly AxisScale Steps = new(XAxis.Step, "step", 0, 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_SmoothsBeforeItThinsOut_AndKeepsTheRawBand()
    {
        await using var host = await StoreHost.OpenAsync();
        var (id, story) = await TrainedAsync(host, 600);
        var loss = SeriesNames.TaskTrainLoss("qa");
        var curve = (await new CurveReader(host.Metrics).ReadAsync(new(id, [loss, SeriesNames.TaskValidationLoss("qa")], Steps, null, 0.9, Points: 40), Cancellation))[loss];
        var raw = Points(story, loss);
        var smooth = MtlStudio.Core.Analysis.Smoothing.TimeWeighted(raw.X, raw.Y, 0.9);
        Assert.Equal(40, curve.X.Length);
        Assert.All(curve.X.Zip(curve.Y), point => Assert.Equal(smooth[(int)point.First - 1], point.Second, 1e-12));
        Assert.Equal(raw.Y.Min(), curve.Band!.Low.Min());
        Assert.Equal(raw.Y.Max(), curve.Band.High.Max());
    }

    [Fact]
    public async Task ReadAsync_LeavesEvaluationsAsTheyAre()
    {
        await using var host = await StoreHost.OpenAsync();
        var (id, story) = await TrainedAsync(host, 200);
        var loss = SeriesNames.TaskValidationLoss("qa");
        var curve = (await new CurveReader(host.Metrics).ReadAsync(new(id, [loss], Steps, null, 0.99), Cancellation))[loss];
        Assert.Equal([0, 50, 100, 150, 200], curve.X);
        Assert.Equal(Points(story, loss).Y, curve.Y);
        Assert.Null(curve.Band);
    }

    [Fact]
    public async Task StepMap_PlacesASteps_OnEveryAxis()
    {
        await using var host = await StoreHost.OpenAsync();
        var (id, story) = await TrainedAsync(host, 120);
        var at = story.Events.OfType<PointsEvent>().Single(value => value.Index == 100 && value.Examples is not null);
        async Task<double> Place(XAxis axis, string? task = null) => (await StepMap.ReadAsync(host.Metrics, id, axis, task, Cancellation)).PlaceOf(100);
        Assert.Equal(100, await Place(XAxis.Step));
        Assert.Equal(at.Examples, (long)await Place(XAxis.Examples));
        Assert.Equal(at.Tokens, (long)await Place(XAxis.Tokens));
        Assert.Equal(at.Time, (long)await Place(XAxis.Time));
        Assert.Equal(Points(story, SeriesNames.TaskExamples("qa")).Y[99], await Place(XAxis.TaskExamples, "qa"));
        var times = await StepMap.ReadAsync(host.Metrics, id, XAxis.Time, cancellation: Cancellation);
        Assert.Equal(times.PlaceOf(1), times.PlaceOf(0));
    }

    [Theory]
    [InlineData(XAxis.Step)]
    [InlineData(XAxis.Examples)]
    [InlineData(XAxis.TaskExamples)]
    [InlineData(XAxis.Tokens)]
    [InlineData(XAxis.Time)]
    public async Task LiveTail_AddsWhatAFullReadingWouldGive_AndNothingTwice(XAxis x)
    {
        await using var host = await StoreHost.OpenAsync();
        var (id, story) = await TrainedAsync(host, 100);
        var loss = SeriesNames.TaskTrainLoss("qa");
        var reader = new CurveReader(host.Metrics);
        var axis = new AxisScale(x, "", x == XAxis.Time ? 1_800_000_000_000 : 0, x == XAxis.Time ? 1000 : 1);
        var drawn = (await reader.ReadAsync(new(id, [loss], axis, null, 0), Cancellation))[loss];
        var tail = new LiveTail(axis, 0);
        tail.Follow(drawn, 3, "training");
        var loader = new RunLoader(host.Store, host.Reader, host.Queue, host.Get<MtlStudio.Store.Judging.Comparer>(), host.Get<MtlStudio.Store.Judging.RunVerdicts>());
        var now = (await loader.LoadAsync(id, cancellation: Cancellation))!;

        // What was drawn already comes again, as it does to a page that read while it listened.
        var old = story.Events.TakeLast(20).ToList();
        var fresh = story.TrainTo(140);
        await host.Ingest.ApplyAsync(id, fresh, story.Events.Count * 100, Cancellation);
        var added = Assert.Single(tail.Take(new([.. old, .. fresh], RunChange.Points), now));
        Assert.Equal((3, "training"), added.Key);
        Assert.Empty(tail.Take(new(fresh, RunChange.Points), now));

        var full = (await reader.ReadAsync(new(id, [loss], axis, null, 0), Cancellation))[loss];
        // A task's own examples stand still in a step that draws none: only the first point of a place is added.
        var expected = full.X.Zip(full.Y).Skip(drawn.X.Length).Where((point, i) => i == 0 ? point.First > drawn.X[^1] : point.First > full.X[drawn.X.Length + i - 1]).ToList();
        Assert.Equal(expected.Select(point => point.First), added.Value.X);
        Assert.Equal(expected.Select(point => point.Second), added.Value.Y);
    }

    [Fact]
    public async Task LiveTail_FollowsWhatComes_WhenOnlyOnePointWasDrawn()
    {
        await using var host = await StoreHost.OpenAsync();
        var (id, story) = await TrainedAsync(host, 1);
        var loss = SeriesNames.TaskTrainLoss("qa");
        var axis = new AxisScale(XAxis.Step, "", 0, 1);
        var drawn = (await new CurveReader(host.Metrics).ReadAsync(new(id, [loss], axis, null, 0.9), Cancellation))[loss];
        Assert.Single(drawn.X);
        var tail = new LiveTail(axis, 0.9);
        tail.Follow(drawn, 0, "training");
        var loader = new RunLoader(host.Store, host.Reader, host.Queue, host.Get<MtlStudio.Store.Judging.Comparer>(), host.Get<MtlStudio.Store.Judging.RunVerdicts>());
        var now = (await loader.LoadAsync(id, cancellation: Cancellation))!;

        var added = Assert.Single(tail.Take(new([.. story.TrainTo(20)], RunChange.Points), now)).Value;
        Assert.True(added.Y.Distinct().Count() > 1, $"a flat line at {added.Y[0]}");
    }

    [Fact]
    public void AxisScale_CountsTimeFromTheStart_InAUnitThatFits()
    {
        var run = new Run { StartedAt = Snapshots.Start, EndedAt = Snapshots.Start.AddMinutes(30) };
        var scale = AxisScale.Of(XAxis.Time, run, Snapshots.Start);
        Assert.Equal("min since the start", scale.Title);
        Assert.Equal(2, scale.ToChart(Snapshots.Start.AddMinutes(2).ToUnixTimeMilliseconds()));
        Assert.Equal(Snapshots.Start.AddMinutes(2).ToUnixTimeMilliseconds(), scale.ToStore(2.0));
    }

    private static async Task<(long Id, RecordedRun Story)> TrainedAsync(StoreHost host, int steps)
    {
        var id = (await host.Store.CreateAsync(RecordedRun.Spec(), cancellation: Cancellation)).Id;
        var story = new RecordedRun();
        story.TrainTo(steps);
        await story.IngestAsync(host.Ingest, id, Cancellation);
        return (id, story);
    }

    private static (double[] X, double[] Y) Points(RecordedRun story, string series)
    {
        var wire = story.Events.OfType<SeriesEvent>().First().Series.Single(declared => declared.Name == series).Id;
        var points = story.Events.OfType<PointsEvent>().Where(value => value.Ids.Contains(wire)).ToList();
        return ([.. points.Select(value => (double)value.Index)], [.. points.Select(value => value.Values[value.Ids.ToList().IndexOf(wire)])]);
    }
}
