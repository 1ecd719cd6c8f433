using System.Data.Common;

namespace MtlStudio.Store.Metrics;

/// <summary>A statement that is prepared once and run often; its parameters are given in the order of their names.</summary>
internal sealed class Statement : IDisposable
{
    private readonly DbCommand command;

    public Statement(DbConnection connection, string sql, params ReadOnlySpan<string> names)
    {
        command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = DBNull.Value;
            command.Parameters.Add(parameter);
        }
    }

    public int Run(DbTransaction transaction, params ReadOnlySpan<object?> values) => Bind(transaction, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null for no row and for a database null.</summary>
    public object? Scalar(DbTransaction transaction, params ReadOnlySpan<object?> values) =>
        Bind(transaction, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    public DbDataReader Read(DbTransaction transaction, params ReadOnlySpan<object?> values) => Bind(transaction, values).ExecuteReader();

    public void Dispose() => command.Dispose();

    private DbCommand Bind(DbTransaction transaction, ReadOnlySpan<object?> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
