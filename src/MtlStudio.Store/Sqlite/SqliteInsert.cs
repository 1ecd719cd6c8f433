using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MtlStudio.Store.Sqlite;

/// <summary>
/// A statement on SQLite's own interface, on a connection's handle and so within its transaction: a DbCommand finds each
/// parameter by its name and boxes its value at every call, which costs more than the insert itself.
/// </summary>
internal sealed class SqliteInsert : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int column;

    public SqliteInsert(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is not open");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), database);
    }

    /// <summary>Gives the next parameter its value; <see cref="Run"/> begins again at the first.</summary>
    public SqliteInsert Add(long value) => Check(raw.sqlite3_bind_int64(statement, ++column, value));

    public SqliteInsert Add(double value) => Check(raw.sqlite3_bind_double(statement, ++column, value));

    public SqliteInsert Add(long? value) => value is { } number ? Add(number) : AddNull();

    public SqliteInsert AddNull() => Check(raw.sqlite3_bind_null(statement, ++column));

    /// <summary>A double in two columns: its value, null where it is not finite, and the flag that says how.</summary>
    public SqliteInsert AddFlagged(double value)
    {
        var flag = NonFinites.Of(value);
        if (flag == NonFinite.None) Add(value);
        else AddNull();
        return Add((long)flag);
    }

    public void Run()
    {
        column = 0;
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, database);
    }

    public void Dispose() => statement.Dispose();

    private SqliteInsert Check(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, database);
        return this;
    }
}
