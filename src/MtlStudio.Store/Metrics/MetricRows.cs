using System.Data.Common;

namespace MtlStudio.Store.Metrics;

/// <summary>
/// The rows of the metric tables, which the migration makes:
/// metric_point (series_id, idx) → value or flag, late_seq; metric_rollup (series_id, level, bucket) → sum, count, min, max, non_finite;
/// metric_tick (run_id, kind, idx) → seq, time, examples, tokens, step: what every point of a run at that index shares.
/// </summary>
internal sealed class MetricRows(DbConnection connection) : IDisposable
{
    private readonly Statement replacePoint = new(connection, """
        INSERT INTO metric_point (series_id, idx, value, flag, late_seq) VALUES (@series, @idx, @value, @flag, @late)
        ON CONFLICT (series_id, idx) DO UPDATE SET value = excluded.value, flag = excluded.flag, late_seq = excluded.late_seq
        """, "series", "idx", "value", "flag", "late");

    private readonly Statement pointExists = new(connection, "SELECT 1 FROM metric_point WHERE series_id = @series AND idx = @idx", "series", "idx");

    private readonly Statement points = new(connection,
        "SELECT idx, value, flag FROM metric_point WHERE series_id = @series AND idx BETWEEN @from AND @to ORDER BY idx", "series", "from", "to");

    private readonly Statement lastPoint = new(connection,
        "SELECT idx, value, flag FROM metric_point WHERE series_id = @series ORDER BY idx DESC LIMIT 1", "series");

    private readonly Statement latePoints = new(connection,
        "SELECT idx FROM metric_point WHERE series_id = @series AND late_seq > @seq", "series", "seq");

    private readonly Statement deletePoint = new(connection, "DELETE FROM metric_point WHERE series_id = @series AND idx = @idx", "series", "idx");

    private readonly Statement deletePoints = new(connection, "DELETE FROM metric_point WHERE series_id = @series AND idx >= @from", "series", "from");

    private readonly Statement rollUps = new(connection, """
        SELECT sum, count, min, max, non_finite FROM metric_rollup
        WHERE series_id = @series AND level = @level AND bucket BETWEEN @from AND @to ORDER BY bucket
        """, "series", "level", "from", "to");

    private readonly Statement deleteRollUps = new(connection,
        "DELETE FROM metric_rollup WHERE series_id = @series AND level = @level AND bucket BETWEEN @from AND @to", "series", "level", "from", "to");

    private readonly Statement mergeTick = new(connection, """
        INSERT INTO metric_tick (run_id, kind, idx, seq, time, examples, tokens, step) VALUES (@run, @kind, @idx, @seq, @time, @examples, @tokens, @step)
        ON CONFLICT (run_id, kind, idx) DO UPDATE SET
            examples = COALESCE(metric_tick.examples, excluded.examples), tokens = COALESCE(metric_tick.tokens, excluded.tokens)
        """, "run", "kind", "idx", "seq", "time", "examples", "tokens", "step");

    private readonly Statement lastTick = new(connection,
        "SELECT idx, examples, tokens FROM metric_tick WHERE run_id = @run AND kind = @kind ORDER BY idx DESC LIMIT 1", "run", "kind");

    private readonly Statement lastTickUpTo = new(connection,
        "SELECT MAX(idx) FROM metric_tick WHERE run_id = @run AND kind = @kind AND seq <= @seq", "run", "kind", "seq");

    private readonly Statement ticksAfter = new(connection,
        "SELECT idx FROM metric_tick WHERE run_id = @run AND kind = @kind AND idx < @before AND seq > @seq", "run", "kind", "before", "seq");

    private readonly Statement deleteTicks = new(connection,
        "DELETE FROM metric_tick WHERE run_id = @run AND kind = @kind AND (idx >= @from OR seq > @seq)", "run", "kind", "from", "seq");

    /// <summary>Writes a point that may be there already; false where it was.</summary>
    public bool ReplacePoint(DbTransaction transaction, long series, in PendingPoint value)
    {
        var isNew = pointExists.Scalar(transaction, series, value.Index) is null;
        var flag = NonFinites.Of(value.Value);
        replacePoint.Run(transaction, series, value.Index, flag == NonFinite.None ? value.Value : null, (int)flag, value.LateSeq == 0 ? null : value.LateSeq);
        return isNew;
    }

    /// <summary>The points of a stretch, both ends included.</summary>
    public List<(long Index, double Value)> Points(DbTransaction transaction, long series, long from, long to)
    {
        var found = new List<(long, double)>();
        using var reader = points.Read(transaction, series, from, to);
        while (reader.Read()) found.Add((reader.GetInt64(0), ValueOf(reader, 1)));
        return found;
    }

    /// <summary>All points of a stretch, both ends included, as one.</summary>
    public RollUp SumPoints(DbTransaction transaction, long series, long from, long to)
    {
        var sum = new RollUp();
        foreach (var (_, value) in Points(transaction, series, from, to)) sum.Add(value);
        return sum;
    }

    /// <summary>All buckets of a stretch, both ends included, as one.</summary>
    public RollUp SumRollUps(DbTransaction transaction, long series, int level, long from, long to)
    {
        var sum = new RollUp();
        using var reader = rollUps.Read(transaction, series, level, from, to);
        while (reader.Read()) sum.Add(RollUpOf(reader, 0));
        return sum;
    }

    public (long Index, double Value)? LastPoint(DbTransaction transaction, long series)
    {
        using var reader = lastPoint.Read(transaction, series);
        return reader.Read() ? (reader.GetInt64(0), ValueOf(reader, 1)) : null;
    }

    /// <summary>Indices of the points that came after <paramref name="seq"/>, and after their index's first event.</summary>
    public List<long> LatePoints(DbTransaction transaction, long series, long seq) => Indices(latePoints.Read(transaction, series, seq));

    public int DeletePoint(DbTransaction transaction, long series, long index) => deletePoint.Run(transaction, series, index);

    public int DeletePointsFrom(DbTransaction transaction, long series, long index) => deletePoints.Run(transaction, series, index);

    public void DeleteRollUps(DbTransaction transaction, long series, int level, long from, long to) =>
        deleteRollUps.Run(transaction, series, level, from, to);

    /// <summary>Notes what the points of an index share; what its tick says already stays.</summary>
    public void MergeTick(DbTransaction transaction, long run, SeriesIndex kind, long index, in Tick value) =>
        mergeTick.Run(transaction, run, (int)kind, index, value.Seq, value.Time, value.Examples, value.Tokens, value.Step);

    public (long Index, long? Examples, long? Tokens)? LastTick(DbTransaction transaction, long run, SeriesIndex kind)
    {
        using var reader = lastTick.Read(transaction, run, (int)kind);
        return reader.Read() ? (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2)) : null;
    }

    /// <summary>The last index that began with an event or before it; -1 for none.</summary>
    public long LastTickUpTo(DbTransaction transaction, long run, SeriesIndex kind, long seq) => (long?)lastTickUpTo.Scalar(transaction, run, (int)kind, seq) ?? -1;

    /// <summary>The indices below <paramref name="before"/> that began after an event.</summary>
    public List<long> TicksAfter(DbTransaction transaction, long run, SeriesIndex kind, long before, long seq) =>
        Indices(ticksAfter.Read(transaction, run, (int)kind, before, seq));

    /// <summary>Deletes the ticks from an index on, and those that began after an event.</summary>
    public void DeleteTicks(DbTransaction transaction, long run, SeriesIndex kind, long from, long seq) => deleteTicks.Run(transaction, run, (int)kind, from, seq);

    /// <summary>Deletes the next rows of a series, roll-ups after the points; false when none are left.</summary>
    public static bool DeleteSome(DbConnection connection, DbTransaction transaction, long series, int rows)
    {
        using var some = new Statement(connection, """
            DELETE FROM metric_point WHERE series_id = @series AND idx <= COALESCE(
                (SELECT idx FROM metric_point WHERE series_id = @series ORDER BY idx LIMIT 1 OFFSET @rows), 9223372036854775807)
            """, "series", "rows");
        if (some.Run(transaction, series, rows) > 0) return true;
        using var rest = new Statement(connection, """
            DELETE FROM metric_rollup WHERE series_id = @series AND (level, bucket) <= (
                SELECT level, bucket FROM (SELECT level, bucket FROM metric_rollup WHERE series_id = @series ORDER BY level, bucket LIMIT @rows) AS next ORDER BY level DESC, bucket DESC LIMIT 1)
            """, "series", "rows");
        return rest.Run(transaction, series, rows) > 0;
    }

    /// <summary>Deletes the next ticks of a run; false when none are left.</summary>
    public static bool DeleteTicks(DbConnection connection, DbTransaction transaction, long run, int rows)
    {
        using var some = new Statement(connection, """
            DELETE FROM metric_tick WHERE run_id = @run AND (kind, idx) <= (
                SELECT kind, idx FROM (SELECT kind, idx FROM metric_tick WHERE run_id = @run ORDER BY kind, idx LIMIT @rows) AS next ORDER BY kind DESC, idx DESC LIMIT 1)
            """, "run", "rows");
        return some.Run(transaction, run, rows) > 0;
    }

    public static double ValueOf(DbDataReader reader, int column)
    {
        var flag = (NonFinite)reader.GetInt32(column + 1);
        return flag == NonFinite.None ? reader.GetDouble(column) : NonFinites.Decode(null, flag);
    }

    public static RollUp RollUpOf(DbDataReader reader, int column) => new()
    {
        Sum = reader.GetDouble(column),
        Count = reader.GetInt64(column + 1),
        Min = reader.IsDBNull(column + 2) ? 0 : reader.GetDouble(column + 2),
        Max = reader.IsDBNull(column + 3) ? 0 : reader.GetDouble(column + 3),
        NonFinite = reader.GetInt64(column + 4),
    };

    public void Dispose()
    {
        foreach (var statement in new[] { replacePoint, pointExists, points, lastPoint, latePoints, deletePoint, deletePoints, rollUps, deleteRollUps, mergeTick, lastTick, lastTickUpTo, ticksAfter, deleteTicks })
            statement.Dispose();
    }

    private static List<long> Indices(DbDataReader reader)
    {
        using (reader)
        {
            var found = new List<long>();
            while (reader.Read()) found.Add(reader.GetInt64(0));
            return found;
        }
    }
}

/// <summary>What every point of a run at one index shares.</summary>
/// <param name="Seq">The index's first event.</param>
/// <param name="Time">Of that event, UTC milliseconds.</param>
/// <param name="Step">The training step at that time, of an index that counts something else.</param>
internal readonly record struct Tick(long Seq, long Time, long? Examples, long? Tokens, long? Step);
