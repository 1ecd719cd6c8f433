using System.Data.Common;
using Microsoft.Data.Sqlite;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Sqlite;

internal sealed class SqliteMetricWrites(SqliteConnection connection) : IMetricWrites
{
    /// <summary>Points that one statement inserts, where there are so many: starting a statement costs as much as a row.</summary>
    private const int Many = 32;

    private const string Point = "INSERT INTO metric_point (series_id, idx, value, flag, late_seq) VALUES ";

    private readonly SqliteInsert onePoint = new(connection, Point + "(?, ?, ?, ?, ?)");
    private readonly SqliteInsert manyPoints = new(connection, Point + string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?)", Many)));
    private readonly SqliteInsert rollUp = new(connection, "INSERT INTO metric_rollup (series_id, level, bucket, sum, count, min, max, non_finite) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly SqliteInsert tick = new(connection, "INSERT INTO metric_tick (run_id, kind, idx, seq, time, examples, tokens, step) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly SqliteInsert seriesEnd = new(connection, "UPDATE series SET count = ?, last_index = ?, last_value = ?, last_flag = ?, last_seq = ? WHERE id = ?");

    public void Points(DbTransaction transaction, long series, ReadOnlySpan<PendingPoint> points)
    {
        for (; points.Length >= Many; points = points[Many..])
        {
            foreach (var point in points[..Many]) Add(manyPoints, series, point);
            manyPoints.Run();
        }
        foreach (var point in points) Add(onePoint, series, point).Run();
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
        foreach (var insert in new[] { onePoint, manyPoints, rollUp, tick, seriesEnd }) insert.Dispose();
    }

    private static SqliteInsert Add(SqliteInsert insert, long series, in PendingPoint point) =>
        insert.Add(series).Add(point.Index).AddFlagged(point.Value).Add(point.LateSeq == 0 ? null : point.LateSeq);
}
