using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace MtlStudio.Store.Sqlite;

/// <summary>What SQLite forgets with each connection: how durable a commit is, how long to wait for a lock, how much to cache.</summary>
internal sealed class SqliteConnectionSetup(string synchronous) : DbConnectionInterceptor
{
    private static readonly ConditionalWeakTable<sqlite3, string> Told = [];

    /// <summary>For all that has no second home (specs, states, leases): a commit is on the disk when it returns.</summary>
    public static readonly SqliteConnectionSetup Durable = new("FULL");

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection, synchronous);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection, synchronous);
        return Task.CompletedTask;
    }

    /// <summary>How long a write waits for another program's lock. All of the studio's own writers queue behind it, so ingestion, which loses nothing by trying again, waits less.</summary>
    public const int PatienceSeconds = 5, IngestionPatienceSeconds = 2;

    /// <param name="synchronous">"FULL": a commit outlives a loss of power. "NORMAL": it outlives a crash of the process; after a loss of power the last commits may be missing, never a part of one.</param>
    public static void Apply(DbConnection connection, string synchronous)
    {
        // A pooled connection keeps what it was told.
        var handle = ((SqliteConnection)connection).Handle!;
        if (Told.TryGetValue(handle, out var told) && told == synchronous) return;
        // There may be many readers at once, and the system keeps the file in memory for all of them; ingestion has one connection.
        var cache = synchronous == "FULL" ? 8_192 : 32_768;
        var patience = synchronous == "FULL" ? PatienceSeconds : IngestionPatienceSeconds;
        using var command = connection.CreateCommand();
        // 16 MB between checkpoints of the log; a long reader may let it grow, and it is cut back afterwards.
        command.CommandText = $"""
            PRAGMA busy_timeout={1000 * patience};
            PRAGMA synchronous={synchronous};
            PRAGMA wal_autocheckpoint=4000;
            PRAGMA journal_size_limit=67108864;
            PRAGMA cache_size=-{cache};
            PRAGMA temp_store=MEMORY;
            """;
        command.ExecuteNonQuery();
        Told.AddOrUpdate(handle, synchronous);
    }
}
