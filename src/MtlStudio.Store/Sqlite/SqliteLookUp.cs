using Microsoft.Data.Sqlite;
using MtlStudio.Store.Metrics;
using SQLitePCL;

namespace MtlStudio.Store.Sqlite;

/// <summary>On SQLite's own interface: a DbCommand costs several times the search itself.</summary>
internal sealed class SqliteLookUp : IIndexLookUp
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly int place;

    /// <param name="keys">The values before the index.</param>
    public SqliteLookUp(SqliteConnection connection, string sql, ReadOnlySpan<long> keys)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is not open");
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
        foreach (var key in keys) Check(raw.sqlite3_bind_int64(statement, ++place, key));
        place++;
    }

    public double? Find(long index)
    {
        Check(raw.sqlite3_bind_int64(statement, place, index));
        var result = raw.sqlite3_step(statement);
        double? found = result == raw.SQLITE_ROW ? raw.sqlite3_column_double(statement, 0) : null;
        raw.sqlite3_reset(statement);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE)) Check(result);
        return found;
    }

    public void Dispose() => statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
