using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Web.Tests.Store;

public sealed class MetricReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(XAxis.Step, new double[] { 1, 2, 3, 4 })]
    [InlineData(XAxis.Examples, new double[] { 8, 16, 24, 32 })]
    [InlineData(XAxis.Tokens, new double[] { 100, 200, 300, 400 })]
    [InlineData(XAxis.Time, new double[] { 1000, 2000, 3000, 4000 })]
    [InlineData(XAxis.TaskExamples, new double[] { 5, 10, 15, 20 })]
    public async Task Points_AreRawOnEveryAxis_WhereTheyFit(XAxis axis, double[] x)
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await WithFourSteps(host);
        var points = host.Metrics.Points(run, new() { Series = ["loss/train/qa"], X = axis }, Cancellation).Single();
        Assert.True(points.Raw);
        Assert.Equal(x, points.X);
        Assert.Equal([0.5, double.NaN, double.PositiveInfinity, 0.25], points.Mean);
        Assert.Equal(points.Mean, points.Min);
        Assert.Equal(points.Mean, points.Max);
        Assert.Equal([0L, 1, 1, 0], points.NonFinite!);
    }

    [Theory]
    [InlineData(XAxis.Examples, 9.0, 24.0, new double[] { 16, 24 })]
    [InlineData(XAxis.Tokens, null, 199.0, new double[] { 100 })]
    [InlineData(XAxis.TaskExamples, 20.0, null, new double[] { 20 })]
    [InlineData(XAxis.Time, 4001.0, 5000.0, new double[] { })]
    [InlineData(XAxis.Step, 1.5, 2.5, new double[] { 2 })]
    public async Task Points_AreThoseBetweenTheBounds_InTheAxisOwnUnit(XAxis axis, double? from, double? to, double[] x)
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await WithFourSteps(host);
        Assert.Equal(x, host.Metrics.Points(run, new() { Series = ["loss/train/qa"], X = axis, From = from, To = to }, Cancellation).Single().X);
    }

    [Fact]
    public async Task Points_OfASystemSeries_LieOnTheStepsAxisByTheirTime()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await WithFourSteps(host);
        await host.Ingest.ApplyAsync(run, [
            new SeriesEvent { Seq = 7, Series = [new() { Id = 9, Name = "system/load", Index = "count" }] },
            new PointsEvent { Seq = 8, Time = 4500, Index = 0, Ids = [9], Values = [0.75] }], 8, Cancellation);
        double X(XAxis axis) => host.Metrics.Points(run, new() { Series = ["system/load"], X = axis }, Cancellation).Single().X.Single();
        Assert.Equal((4, 32, 400, 4500), (X(XAxis.Step), X(XAxis.Examples), X(XAxis.Tokens), X(XAxis.Time)));
    }

    [Fact]
    public async Task Points_ComeBackEmpty_ForASeriesThatIsNotThereYet()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await WithFourSteps(host);
        var points = host.Metrics.Points(run, new() { Series = ["none", "loss/train/qa"] }, Cancellation);
        Assert.Equal(["none", "loss/train/qa"], points.Select(series => series.Series));
        Assert.Empty(points[0].X);
    }

    [Fact]
    public async Task Points_KeepEveryPeakAndAtLeastHalfTheResolution_WhenTheyAreRolledUp()
    {
        await using var host = await StoreHost.OpenAsync();
        var (run, values) = await WithLongSeries(host, 30_000, stride: 1);
        foreach (var most in new[] { 2, 10, 100, 999, 5000 })
        {
            var points = host.Metrics.Points(run, new() { Series = ["loss/train"], MaxPoints = most }, Cancellation).Single();
            Assert.InRange(points.X.Length, most / 2, most);
            Assert.False(points.Raw);
            Assert.Equal(values.Values.Where(double.IsFinite).Min(), points.Min.Min());
            Assert.Equal(values.Values.Where(double.IsFinite).Max(), points.Max.Max());
            Assert.Equal(values.Values.Count(value => !double.IsFinite(value)), points.NonFinite!.Sum());
            Assert.True(points.X.Zip(points.X.Skip(1)).All(pair => pair.First < pair.Second));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Read_SumsExactlyTheWindow_WhateverTheLevel(int stride)
    {
        await using var host = await StoreHost.OpenAsync();
        var (run, values) = await WithLongSeries(host, 6000, stride);
        var series = (await host.Reader.SeriesAsync(run, Cancellation)).Single();
        var engine = host.Get<IStoreEngine>();
        using var connection = engine.OpenReader();
        using var transaction = engine.BeginSnapshot(connection);
        using var reader = new RollUpReader(engine, connection, transaction);
        var random = new KeyedRandom(3, "windows");
        for (var i = 0; i < 60; i++)
        {
            long from = random.NextInt(6000 * stride), to = from + random.NextInt(6000 * stride);
            var most = 1 + random.NextInt(400);
            var cells = reader.Read(series.Id, series.LastIndex, series.Count, from, to, 4 * most, out var points) ?? points!.ToCells();
            var inside = values.Where(pair => pair.Key >= from && pair.Key <= to).ToList();
            Assert.Equal(inside.Count, cells.Sum(cell => cell.Sum.Count + cell.Sum.NonFinite));
            Assert.Equal(inside.Where(pair => double.IsFinite(pair.Value)).Sum(pair => pair.Value), cells.Sum(cell => cell.Sum.Sum), 6);
            Assert.All(cells, cell => Assert.InRange(cell.From, from, cell.To));
            Assert.All(cells, cell => Assert.InRange(cell.To, cell.From, to));
            // Seven cells a level may be added at either end.
            Assert.InRange(cells.Count, 0, 4 * most + 2 * 7 * RollUp.Levels);
            var joined = Columns.Join(cells, most);
            Assert.InRange(joined.Count, 0, most);
            Assert.Equal(inside.Count, joined.Sum(cell => cell.Sum.Count + cell.Sum.NonFinite));
        }
    }

    [Fact]
    public async Task Points_KeepTheirColumns_WhileTheSeriesGrowsWithinTheWindow()
    {
        await using var host = await StoreHost.OpenAsync();
        var (run, _) = await WithLongSeries(host, 5000, stride: 1);
        var query = new PointsQuery { Series = ["loss/train"], MaxPoints = 100, From = 1000, To = 4000 };
        var before = host.Metrics.Points(run, query, Cancellation).Single();
        await host.Ingest.ApplyAsync(run, [RunIngestTests.Points(5002, 5000, 1)], 5002, Cancellation);
        var after = host.Metrics.Points(run, query, Cancellation).Single();
        Assert.Equal(before.X, after.X);
        Assert.Equal(before.Mean, after.Mean);
    }

    [Fact]
    public async Task Points_NameEveryFault_OfAQuery()
    {
        await using var host = await StoreHost.OpenAsync();
        var refused = Assert.Throws<InvalidInputException>(() => host.Metrics.Points(1, new() { MaxPoints = 1, From = double.NaN, Series = [.. Enumerable.Repeat("a", 501)] }, Cancellation));
        Assert.Equal(["series", "points", "from"], refused.Errors.Select(error => error.Field));
        Assert.Equal("to", Assert.Throws<InvalidInputException>(() => host.Metrics.Points(1, new() { From = 2, To = 1 }, Cancellation)).Errors.Single().Field);
        Assert.Equal(XAxis.TaskExamples, XAxes.Parse("task-examples"));
        Assert.Contains("step, examples, task-examples, tokens, time", Assert.Throws<InvalidInputException>(() => XAxes.Parse("steps")).Message);
    }

    [Theory]
    [InlineData("loss/train", null)]
    [InlineData("loss/train/qa", "qa")]
    [InlineData("loss/validation/qa.v2", "qa.v2")]
    [InlineData("metric/qa/f1", "qa")]
    [InlineData("metric/qa/rouge/l", "qa")]
    [InlineData("cosine/qa/summary", null)]
    [InlineData("gradnorm", null)]
    [InlineData("gradnorm/qa", "qa")]
    [InlineData("weight/", null)]
    public void Of_ReadsTheTask_OutOfTheName(string series, string? task) => Assert.Equal(task, SeriesTask.Of(series));

    private static async Task<long> WithFourSteps(StoreHost host)
    {
        var run = (await host.CreateAsync()).Id;
        var events = new List<RunEvent> { new SeriesEvent { Seq = 1, Series = [new() { Id = 0, Name = "loss/train/qa" }, new() { Id = 1, Name = "examples/qa" }] } };
        double[] values = [0.5, double.NaN, double.PositiveInfinity, 0.25];
        for (var step = 1; step <= 4; step++)
            events.Add(new PointsEvent { Seq = step + 1, Time = step * 1000, Index = step, Examples = step * 8, Tokens = step * 100, Ids = [0, 1], Values = [values[step - 1], step * 5] });
        await host.Ingest.ApplyAsync(run, events, 1, Cancellation);
        return run;
    }

    private static async Task<(long Run, SortedDictionary<long, double> Values)> WithLongSeries(StoreHost host, int count, int stride)
    {
        var run = (await host.CreateAsync()).Id;
        var random = new KeyedRandom(1, "long series");
        var values = new SortedDictionary<long, double>();
        var events = new List<RunEvent> { RunIngestTests.Declare(1) };
        for (var i = 0; i < count; i++)
        {
            var value = random.NextInt(500) == 0 ? double.NaN : random.NextNormal();
            values[(long)i * stride] = value;
            events.Add(RunIngestTests.Points(i + 2, (long)i * stride, value));
        }
        await host.Ingest.ApplyAsync(run, events, count + 1, Cancellation);
        return (run, values);
    }
}
