using Microsoft.Data.Sqlite;
using MtlStudio.Store.Metrics;
using SQLitePCL;

namespace MtlStudio.Store.Sqlite;

/// <summary>On SQLite's own interface: a DbDataReader costs several times what SQLite does for a row.</summary>
internal sealed class SqliteSeriesReads : ISeriesReads
{
    private const string PointsSql = "SELECT idx, value, flag FROM metric_point WHERE series_id = ? AND idx BETWEEN ? AND ? ORDER BY idx";

    private const string BucketsSql = "SELECT bucket, sum, count, min, max, non_finite FROM metric_rollup WHERE series_id = ? AND level = ? AND bucket BETWEEN ? AND ? ORDER BY bucket";

    private readonly sqlite3 database;
    private sqlite3_stmt? points, buckets;

    public SqliteSeriesReads(SqliteConnection connection) => database = connection.Handle ?? throw new InvalidOperationException("The connection is not open");

    public SeriesStretch Points(long series, long from, long to)
    {
        var (indices, values) = (new List<long>(), new List<double>());
        var statement = points ??= Prepare(PointsSql);
        Bind(statement, series, from, to);
        while (Next(statement))
        {
            indices.Add(raw.sqlite3_column_int64(statement, 0));
            var flag = (NonFinite)raw.sqlite3_column_int(statement, 2);
            values.Add(flag == NonFinite.None ? raw.sqlite3_column_double(statement, 1) : NonFinites.Decode(null, flag));
        }
        return new([.. indices], [.. values]);
    }

    public void Buckets(List<Cell> to, long series, int level, long first, long last)
    {
        var width = 1L << (RollUp.Shift * level);
        var statement = buckets ??= Prepare(BucketsSql);
        Bind(statement, series, level, first, last);
        while (Next(statement))
        {
            var start = raw.sqlite3_column_int64(statement, 0) * width;
            var sum = new RollUp
            {
                Sum = raw.sqlite3_column_double(statement, 1),
                Count = raw.sqlite3_column_int64(statement, 2),
                // A bucket without a finite value has neither; SQLite reads that as 0.
                Min = raw.sqlite3_column_double(statement, 3),
                Max = raw.sqlite3_column_double(statement, 4),
                NonFinite = raw.sqlite3_column_int64(statement, 5),
            };
            to.Add(new(start, start + width - 1, sum, double.NaN));
        }
    }

    public void Dispose()
    {
        points?.Dispose();
        buckets?.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(database, sql, out var statement));
        return statement;
    }

    private void Bind(sqlite3_stmt statement, params ReadOnlySpan<long> keys)
    {
        for (var i = 0; i < keys.Length; i++) Check(raw.sqlite3_bind_int64(statement, i + 1, keys[i]));
    }

    /// <summary>True on a row; at the end, or on a fault, the statement is ready for its next use.</summary>
    private bool Next(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) return true;
        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE) Check(result);
        return false;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
