using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MtlStudio.Benchmarks.Compare;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Benchmarks.Load;

/// <summary>
/// What pages and the API cost on a store of 100 and of 1,000 runs of 40 tasks, and what the store takes on the disk. The store is kept
/// in its folder, so that a second call measures at once.
/// </summary>
internal static class LoadBenchmark
{
    private const int Rounds = 40;

    /// <param name="program">MtlStudio.Web.dll as it was built.</param>
    public static async Task<int> RunAsync(string program, string folder, IReadOnlyList<int> sizes)
    {
        Console.WriteLine("| runs | what | first, ms | median, ms | 95th percentile, ms | CPU, ms | wanted, ms |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var runs in sizes)
        {
            await LoadStore.GrowAsync(folder, runs);
            await using (var studio = await AskedStudio.StartAsync(program, folder)) await studio.JudgedAsync(CompareStore.TaskName(0), LoadStore.Compared);
            await PagesAsync(folder);
            await ApiAsync(program, folder);
        }
        Sizes(folder);
        return 0;
    }

    private static async Task PagesAsync(string folder)
    {
        await using var reads = await PageReads.OpenAsync(folder);
        var (runs, compared) = (LoadStore.Runs(folder), LoadStore.ComparedRuns(folder));
        await MeasureAsync(runs, "Home", 200, reads.HomeAsync);
        await MeasureAsync(runs, "Runs, with its chart", 300, reads.RunsAsync);
        await MeasureAsync(runs, "Runs, filtered and sorted by a score", 300, () => reads.SortedRunsAsync(CompareStore.TaskName(7)));
        await MeasureAsync(runs, $"Compare of {compared.Count} runs, 8 of {LoadStore.Tasks} tasks drawn", 500, () => reads.CompareAsync(compared));
        await MeasureAsync(runs, "a run's Overview, 1.6 M points", 150, () => reads.RunAsync(compared[0]));
        var sparse = (long)LoadStore.Number(folder, "SELECT MAX(id) FROM run");
        await MeasureAsync(runs, "a run's Overview, 80 k points", 150, () => reads.RunAsync(sparse));
    }

    private static async Task MeasureAsync(int runs, string what, double wanted, Func<Task> read)
    {
        var (costs, cpu) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var meter = Meter.Start();
            await read();
            var cost = meter.Stop();
            costs.Add(1000 * cost.Seconds);
            cpu.Add(1000 * cost.CpuSeconds);
        }
        Print(runs, what, costs, string.Create(CultureInfo.InvariantCulture, $"{Median(cpu):0}"), wanted);
    }

    private static void Print(int runs, string what, List<double> costs, string cpu, double wanted)
    {
        var later = costs[1..].Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {runs:#,0} | {what} | {costs[0]:0} | {later[later.Count / 2]:0.0} | {later[later.Count * 95 / 100]:0.0} | {cpu} | {wanted:0} |"));
    }

    /// <summary>One series of 10,000 raw points over HTTP, beside the select of the same rows; then what the process holds.</summary>
    private static async Task ApiAsync(string program, string folder)
    {
        await using var studio = await AskedStudio.StartAsync(program, folder);
        var run = LoadStore.ComparedRuns(folder)[0];
        var name = SeriesNames.TaskTrainLoss(CompareStore.TaskName(0));
        var path = $"runs/{run}/points?series={Uri.EscapeDataString(name)}&points=10000&to=10000";
        var (ours, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++) await studio.AskAsync(path); // until its code is compiled fully
        var (oursCpu, bareCpu) = (studio.CpuMilliseconds, 0.0);
        for (var round = 0; round <= Rounds; round++)
        {
            ours.Add((await studio.AskAsync(path)).Milliseconds);
            var meter = Meter.Start();
            bare.Add(Select(folder, run, name));
            bareCpu += 1000 * meter.Stop().CpuSeconds;
        }
        oursCpu = studio.CpuMilliseconds - oursCpu;
        var runs = LoadStore.Runs(folder);
        Print(runs, "API, 10,000 raw points of one series", ours, string.Create(CultureInfo.InvariantCulture, $"{oursCpu / ours.Count:0.0}"), 4 * Median(bare));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {runs:#,0} | the bare select of them | {bare[0]:0} | {Median(bare):0.0} | ratio {Median(ours) / Median(bare):0.0} | {bareCpu / bare.Count:0.0}, ratio {oursCpu / bareCpu:0.0} | 4 |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {runs:#,0} | resident memory of the studio meanwhile, MB | | {studio.Resident / 1e6:0} | | | 250 |"));
    }

    private static double Median(List<double> costs) => costs[1..].Order().ElementAt((costs.Count - 1) / 2);

    private static double Select(string folder, long run, string series)
    {
        var began = Stopwatch.GetTimestamp();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new DataFolder(folder).Database, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT p.idx, p.value FROM metric_point p JOIN series s ON s.id = p.series_id WHERE s.run_id = @run AND s.name = @name AND p.idx <= 10000 ORDER BY p.idx";
        command.Parameters.AddWithValue("@run", run);
        command.Parameters.AddWithValue("@name", series);
        using var reader = command.ExecuteReader();
        var (count, sum) = (0, 0.0);
        while (reader.Read()) (count, sum) = (count + 1, sum + reader.GetInt64(0) + reader.GetDouble(1));
        if (count != 10_000 || !double.IsFinite(sum)) throw new InvalidOperationException($"{count} points were found");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static void Sizes(string folder)
    {
        var points = LoadStore.Number(folder, "SELECT SUM(count) FROM series");
        var total = LoadStore.Number(folder, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{points / 1e6:0.0} M points; the database takes {total / 1e9:0.00} GB, {total / points:0.0} bytes a point ({total / points:0.0} MB a million; raw, as 8 bytes of step and 8 of value: 16)."));
        foreach (var table in new[] { "metric_rollup", "metric_tick", "example_scores", "sample", "evaluation_score" })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table}: {LoadStore.Number(folder, $"SELECT COUNT(*) FROM {table}"):#,0} rows"));
    }
}
