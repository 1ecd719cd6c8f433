using System.Data;
using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.IO;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Sqlite;

/// <summary>The store on one SQLite file in WAL mode. All SQL that only SQLite understands stands in this folder.</summary>
public sealed class SqliteEngine(string path) : IStoreEngine
{
    /// <summary>The project that holds this engine's migrations.</summary>
    public const string MigrationsAssembly = "MtlStudio.Migrations.Sqlite";

    private readonly string connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        ForeignKeys = true,
        Pooling = true,
        // The provider begins a refused statement again for so long, each time with the connection's own patience.
        DefaultTimeout = SqliteConnectionSetup.IngestionPatienceSeconds,
    }.ToString();

    public bool Exists => File.Exists(path) && new FileInfo(path).Length > 0;

    public void Configure(DbContextOptionsBuilder builder) => builder
        .UseSqlite(connectionString, sqlite => sqlite.MigrationsAssembly(MigrationsAssembly))
        .AddInterceptors(SqliteConnectionSetup.Durable);

    // A pool of its own, so that a connection never changes its durability.
    public DbConnection OpenIngestion() => Open(pooling: false, "NORMAL");

    public DbConnection OpenRemoval()
    {
        var connection = Open(pooling: false, "NORMAL");
        // A commit that finds the log long would write it all into the database's file, within the turn of this writer.
        Scalar(connection, "PRAGMA wal_autocheckpoint=0");
        return connection;
    }

    public void Settle(DbConnection connection) => Scalar((SqliteConnection)connection, "PRAGMA wal_checkpoint(PASSIVE)");

    IMetricWrites IStoreEngine.PrepareWrites(DbConnection connection) => new SqliteMetricWrites((SqliteConnection)connection);

    ISeriesReads IStoreEngine.PrepareReads(DbConnection connection) => new SqliteSeriesReads((SqliteConnection)connection);

    IIndexLookUp IStoreEngine.PrepareLookUp(DbConnection connection, string sql, params ReadOnlySpan<long> keys) => new SqliteLookUp((SqliteConnection)connection, sql, keys);

    public DbConnection OpenReader() => Open(pooling: true, "FULL");

    public DbTransaction BeginSnapshot(DbConnection connection) =>
        ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: true);

    public bool Prepare()
    {
        var fresh = !Exists;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = Open(pooling: false, "FULL");
        Scalar(connection, "PRAGMA journal_mode=WAL");
        // The row outlives a process that was killed while it migrated, and Migrate() would wait for it for ever.
        if (Scalar(connection, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'") is not null)
            Scalar(connection, "DELETE FROM \"__EFMigrationsLock\"");
        if (!fresh || SchemaScript() is not { } script) return false;
        Scalar(connection, script);
        return true;
    }

    /// <summary>
    /// All migrations as one script, kept beside them: it saves the first start what the migrations' own models cost. Cut off, it leaves
    /// whole migrations behind, and the next start goes on with the rest.
    /// </summary>
    private static string? SchemaScript()
    {
        using var stream = Assembly.Load(MigrationsAssembly).GetManifestResourceStream("schema.sql");
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public IReadOnlyList<string> Check(CancellationToken cancellation)
    {
        using var connection = Open(pooling: false, "FULL");
        using var interrupt = cancellation.Register(() => SQLitePCL.raw.sqlite3_interrupt(((SqliteConnection)connection).Handle));
        return [.. Column((SqliteConnection)connection, "PRAGMA quick_check").Where(line => line != "ok")];
    }

    public void Backup(string destination)
    {
        var temporary = $"{destination}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var connection = Open(pooling: false, "FULL"))
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "VACUUM INTO @path";
                command.CommandTimeout = 0;
                command.Parameters.Add(new SqliteParameter("@path", temporary));
                command.ExecuteNonQuery();
            }
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite)) stream.Flush(flushToDisk: true);
            File.Move(temporary, destination, overwrite: true);
            AtomicFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(destination))!);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public BackupFacts Inspect(string copy, CancellationToken cancellation)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var interrupt = cancellation.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
            var faults = Column(connection, "PRAGMA quick_check").Where(line => line != "ok").ToList();
            return faults.Count > 0 ? new(faults, [], 0, 0) : new([], Column(connection, "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\""),
                Convert.ToInt32(Scalar(connection, "SELECT COUNT(*) FROM run")), Convert.ToInt64(Scalar(connection, "SELECT COALESCE(MAX(id), 0) FROM run")));
        }
        catch (SqliteException fault) when (!cancellation.IsCancellationRequested)
        {
            return new([$"it is no database of a studio: {fault.Message}"], [], 0, 0);
        }
    }

    public void Replace(string copy)
    {
        using (var pooled = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(pooled);
        // A log of the old database must not be played into the new one.
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Move(copy, path, overwrite: true);
        AtomicFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    public void Close()
    {
        using var connection = Open(pooling: false, "FULL");
        Scalar(connection, "PRAGMA optimize");
        Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        using var pooled = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pooled);
    }

    private SqliteConnection Open(bool pooling, string synchronous)
    {
        var connection = new SqliteConnection(pooling ? connectionString : new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            SqliteConnectionSetup.Apply(connection, synchronous);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static List<string> Column(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(reader.GetString(0));
        return values;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
