using System.Data.Common;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Web.Tests.Store;

/// <summary>Compares the metric tables with what a run's events say, worked out in the plainest way.</summary>
internal static class MetricCheck
{
    public static async Task AssertAsync(StoreHost host, long run, IReadOnlyList<RunEvent> surviving)
    {
        var expected = Expected(surviving);
        var series = await host.Reader.SeriesAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), series.Select(row => row.Name).Order(StringComparer.Ordinal));
        using var connection = host.Get<IStoreEngine>().OpenReader();
        foreach (var row in series)
        {
            var points = expected[row.Name];
            Assert.Equal(points.Select(pair => (pair.Key, pair.Value)), Points(connection, row.Id));
            Assert.Equal((points.Count, points.Count == 0 ? -1 : points.Keys.Last()), (row.Count, row.LastIndex));
            Assert.Equal(points.Count == 0 ? null : points.Values.Last(), row.Last);
            for (var level = 1; level <= RollUp.Levels; level++)
                AssertClose(Buckets(points, level), RollUps(connection, row.Id, level));
        }
        Assert.Equal(Ticks(surviving, "step"), StoredTicks(connection, run, SeriesIndex.Step));
        Assert.Equal(Ticks(surviving, "count"), StoredTicks(connection, run, SeriesIndex.Count));
    }

    private static Dictionary<string, SortedDictionary<long, double>> Expected(IReadOnlyList<RunEvent> events)
    {
        var names = Declared(events);
        var points = names.Values.ToDictionary(series => series.Name, _ => new SortedDictionary<long, double>());
        foreach (var value in events.OfType<PointsEvent>())
            for (var i = 0; i < value.Ids.Count; i++) points[names[value.Ids[i]].Name][value.Index] = value.Values[i];
        return points;
    }

    private static Dictionary<int, SeriesDeclaration> Declared(IReadOnlyList<RunEvent> events) =>
        events.OfType<SeriesEvent>().SelectMany(value => value.Series).DistinctBy(series => series.Id).ToDictionary(series => series.Id);

    // Only what lies in blocks of 64 indices that a later point has ended has rows.
    private static Dictionary<long, RollUp> Buckets(SortedDictionary<long, double> points, int level)
    {
        var buckets = new Dictionary<long, RollUp>();
        foreach (var (index, value) in points)
        {
            var bucket = RollUp.BucketOf(index, level);
            if (index >= points.Keys.Last() / 64 * 64 || bucket == points.Keys.Last() >> (3 * level)) break;
            var sum = buckets.GetValueOrDefault(bucket);
            sum.Add(value);
            buckets[bucket] = sum;
        }
        return buckets;
    }

    private static void AssertClose(Dictionary<long, RollUp> expected, Dictionary<long, RollUp> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (bucket, one) in expected)
        {
            var other = actual[bucket];
            Assert.Equal((one.Count, one.NonFinite, one.Min, one.Max), (other.Count, other.NonFinite, other.Min, other.Max));
            Assert.Equal(one.Sum, other.Sum, 9);
        }
    }

    private static List<(long Index, long Seq, long? Examples, long? Tokens)> Ticks(IReadOnlyList<RunEvent> events, string kind)
    {
        var names = Declared(events);
        var ticks = new SortedDictionary<long, (long Seq, long? Examples, long? Tokens)>();
        (long? Examples, long? Tokens) seen = (null, null);
        foreach (var value in events.OfType<PointsEvent>())
        {
            var isKind = value.Ids.Any(id => names[id].Index == kind);
            if (names[value.Ids[0]].Index == "step") seen = (value.Examples ?? seen.Examples, value.Tokens ?? seen.Tokens);
            if (!isKind) continue;
            var own = kind == "step" ? (value.Examples, value.Tokens) : seen;
            ticks[value.Index] = ticks.TryGetValue(value.Index, out var old) ? (old.Seq, old.Examples ?? own.Examples, old.Tokens ?? own.Tokens) : (value.Seq, own.Examples, own.Tokens);
        }
        return [.. ticks.Select(pair => (pair.Key, pair.Value.Seq, pair.Value.Examples, pair.Value.Tokens))];
    }

    private static List<(long, double)> Points(DbConnection connection, long series) =>
        Rows(connection, $"SELECT idx, value, flag FROM metric_point WHERE series_id = {series} ORDER BY idx", reader => (reader.GetInt64(0), MetricRows.ValueOf(reader, 1)));

    private static Dictionary<long, RollUp> RollUps(DbConnection connection, long series, int level) =>
        Rows(connection, $"SELECT bucket, sum, count, min, max, non_finite FROM metric_rollup WHERE series_id = {series} AND level = {level}",
            reader => (reader.GetInt64(0), MetricRows.RollUpOf(reader, 1))).ToDictionary();

    private static List<(long, long, long?, long?)> StoredTicks(DbConnection connection, long run, SeriesIndex kind) =>
        Rows(connection, $"SELECT idx, seq, examples, tokens FROM metric_tick WHERE run_id = {run} AND kind = {(int)kind} ORDER BY idx", reader =>
            (reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? (long?)null : reader.GetInt64(2), reader.IsDBNull(3) ? (long?)null : reader.GetInt64(3)));

    private static List<T> Rows<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }
}
