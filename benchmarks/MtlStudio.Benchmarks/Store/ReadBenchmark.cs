using MtlStudio.Store;

namespace MtlStudio.Benchmarks.Store;

/// <summary>What the server does to open a run's page: the run, its series, and 1000 points of each of 20 curves.</summary>
internal static class ReadBenchmark
{
    private const int Series = 20, Rounds = 9;

    public static async Task<int> RunAsync(string folder)
    {
        Console.WriteLine("| points in the run | axis | first opening, ms | median of 9, ms | slowest, ms | CPU, ms |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: |");
        foreach (var points in new[] { 10_000, 100_000, 1_000_000, 5_000_000 })
        {
            await using var store = await BenchmarkStore.OpenAsync(Path.Combine(folder, $"read-{points}"));
            var run = await store.CreateRunAsync();
            await store.Ingest.ApplyAsync(run, [BenchmarkStore.Declare(Series)], 1);
            for (var step = 0; step < points / Series; step += 500)
                await store.Ingest.ApplyAsync(run, BenchmarkStore.Steps(step, Math.Min(500, points / Series - step), Series), step + 2);
            foreach (var axis in new[] { XAxis.Step, XAxis.Examples, XAxis.Time })
            {
                var costs = new List<Cost>();
                for (var round = 0; round <= Rounds; round++)
                {
                    var meter = Meter.Start();
                    await store.Store.GetAsync(run);
                    var names = (await store.Reader.SeriesAsync(run)).Select(series => series.Name).ToList();
                    await store.Metrics.PointsAsync(run, new() { Series = names, X = axis, MaxPoints = 1000 });
                    costs.Add(meter.Stop());
                }
                var later = costs[1..].OrderBy(cost => cost.Seconds).ToList();
                Console.WriteLine($"| {points:#,0} | {XAxes.Name(axis)} | {1000 * costs[0].Seconds:0} | {1000 * later[Rounds / 2].Seconds:0} | {1000 * later[^1].Seconds:0} | {1000 * costs[1..].Average(cost => cost.CpuSeconds):0} |");
            }
        }
        return 0;
    }
}
