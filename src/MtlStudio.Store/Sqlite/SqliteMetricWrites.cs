using System.Data.Common;
using Microsoft.Data.Sqlite;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Sqlite;

internal sealed class SqliteMetricWrites(SqliteConnection connection) : IMetricWrites
{
    /// <summary>Points that one statement inserts, where there are so many: starting a statement costs as much as a row. A live run's batch has a few of each series.</summary>
    private const int Many = 32, Some = 4;

    private const string Point = "INSERT INTO metric_point (series_id, idx, value, flag, late_seq) VALUES ";

    private readonly SqliteInsert onePoint = new(connection, Point + "(?, ?, ?, ?, ?)");
    private readonly SqliteInsert somePoints = new(connection, Point + string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?)", Some)));
    private readonly SqliteInsert manyPoints = new(connection, Point + string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?)", Many)));
    private readonly SqliteInsert rollUp = new(connection, "INSERT INTO metric_rollup (series_id, level, bucket, sum, count, min, max, non_finite) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly SqliteInsert tick = new(connection, "INSERT INTO metric_tick (run_id, kind, idx, seq, time, examples, tokens, step) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly SqliteInsert seriesEnd = new(connection, "UPDATE series SET count = ?, last_index = ?, last_value = ?, last_flag = ?, last_seq = ? WHERE id = ?");

    public void Points(DbTransaction transaction, long series, ReadOnlySpan<PendingPoint> points)
    {
        points = InParts(manyPoints, Many, series, points);
        points = InParts(somePoints, Some, series, points);
        InParts(onePoint, 1, series, points);
    }

    public void RollUp(DbTransaction transaction, long series, int level, long bucket, in RollUp value)
    {
        rollUp.Add(series).Add(level).Add(bucket).Add(value.Sum).Add(value.Count);
        if (value.Count > 0) rollUp.Add(value.Min).Add(value.Max);
        else rollUp.AddNull().AddNull();
        rollUp.Add(value.NonFinite).Run();
    }

    public void Tick(DbTransaction transaction, long run, SeriesIndex kind, long index, in Tick value) => tick
        .Add(run).Add((long)kind).Add(index).Add(value.Seq).Add(value.Time).Add(value.Examples).Add(value.Tokens).Add(value.Step).Run();

    public void SeriesEnd(DbTransaction transaction, SeriesState series)
    {
        seriesEnd.Add(series.Count).Add(series.LastIndex);
        if (series.Count > 0) seriesEnd.AddFlagged(series.LastValue);
        else seriesEnd.AddNull().Add((long)NonFinite.None);
        seriesEnd.Add(series.LastSeq).Add(series.Id).Run();
    }

    public void Dispose()
    {
        foreach (var insert in new[] { onePoint, somePoints, manyPoints, rollUp, tick, seriesEnd }) insert.Dispose();
    }

    /// <summary>Inserts so many at a time, as long as there are so many.</summary>
    /// <returns>Those that are left.</returns>
    private static ReadOnlySpan<PendingPoint> InParts(SqliteInsert insert, int size, long series, ReadOnlySpan<PendingPoint> points)
    {
        for (; points.Length >= size; points = points[size..])
        {
            foreach (var point in points[..size]) Add(insert, series, point);
            insert.Run();
        }
        return points;
    }

    private static SqliteInsert Add(SqliteInsert insert, long series, in PendingPoint point) =>
        insert.Add(series).Add(point.Index).AddFlagged(point.Value).Add(point.LateSeq == 0 ? null : point.LateSeq);
}
