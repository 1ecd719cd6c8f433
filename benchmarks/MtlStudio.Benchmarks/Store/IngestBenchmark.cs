using Microsoft.Data.Sqlite;
using MtlStudio.Core.Runs;

namespace MtlStudio.Benchmarks.Store;

/// <summary>Ingestion with roll-ups, ticks and file positions against a bare prepared insert of the same points, on the same file system, in the same transactions.</summary>
internal static class IngestBenchmark
{
    private const int Series = 20, Rounds = 5;

    public static async Task<int> RunAsync(string folder)
    {
        Console.WriteLine("| points | points a transaction | bare insert loop, points/s | ingestion, points/s | ratio | ratio by CPU time |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (steps, batch) in new[] { (50_000, 1000), (50_000, 250), (10_000, 10) })
        {
            var parts = Enumerable.Range(0, steps / batch).Select(part => BenchmarkStore.Steps(part * batch, batch, Series)).ToList();
            var (bare, ours) = (new List<Cost>(), new List<Cost>());
            for (var round = 0; round < Rounds; round++)
            {
                bare.Add(Bare(Path.Combine(folder, $"bare-{batch}-{round}"), parts));
                ours.Add(await OursAsync(Path.Combine(folder, $"ours-{batch}-{round}"), parts));
            }
            var points = (double)steps * Series;
            var (bareSeconds, oursSeconds) = (Median(bare, cost => cost.Seconds), Median(ours, cost => cost.Seconds));
            var cpu = Median(bare, cost => cost.CpuSeconds) / Median(ours, cost => cost.CpuSeconds);
            Console.WriteLine($"| {points:#,0} | {batch * Series:#,0} | {points / bareSeconds:#,0} | {points / oursSeconds:#,0} | {bareSeconds / oursSeconds:0.00} | {cpu:0.00} |");
        }
        return 0;
    }

    /// <summary>The middle one, so that a neighbor's burst on the machine does not decide.</summary>
    private static double Median(List<Cost> costs, Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);

    private static Cost Bare(string folder, List<List<RunEvent>> parts)
    {
        Directory.CreateDirectory(folder);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "bare.db")};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32768");
        Execute(connection, "CREATE TABLE point (series INTEGER NOT NULL, idx INTEGER NOT NULL, value REAL, PRIMARY KEY (series, idx)) WITHOUT ROWID");
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO point VALUES (@series, @idx, @value)";
        var (series, index, value) = (command.Parameters.Add("@series", SqliteType.Integer), command.Parameters.Add("@idx", SqliteType.Integer), command.Parameters.Add("@value", SqliteType.Real));
        var meter = Meter.Start();
        foreach (var part in parts)
        {
            using var transaction = connection.BeginTransaction();
            command.Transaction = transaction;
            foreach (var points in part.Cast<PointsEvent>())
                for (var i = 0; i < points.Ids.Count; i++)
                {
                    (series.Value, index.Value, value.Value) = (points.Ids[i], points.Index, points.Values[i]);
                    command.ExecuteNonQuery();
                }
            transaction.Commit();
        }
        return meter.Stop();
    }

    private static async Task<Cost> OursAsync(string folder, List<List<RunEvent>> parts)
    {
        await using var store = await BenchmarkStore.OpenAsync(folder);
        var run = await store.CreateRunAsync();
        await store.Ingest.ApplyAsync(run, [BenchmarkStore.Declare(Series)], 1);
        var meter = Meter.Start();
        var offset = 1L;
        foreach (var part in parts) await store.Ingest.ApplyAsync(run, part, offset += part.Count * 300L);
        return meter.Stop();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
