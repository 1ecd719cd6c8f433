using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store;

/// <summary>What differs between databases: how to open, guard, check and back them up. All other SQL of the store is plain.</summary>
public interface IStoreEngine
{
    /// <summary>Points an EF context at the database.</summary>
    void Configure(DbContextOptionsBuilder builder);

    /// <summary>An open connection for ingestion: consistent after a crash, its last transactions lost at most with the power (they are read again from the runs' event files).</summary>
    DbConnection OpenIngestion();

    /// <summary>As <see cref="OpenIngestion"/>, for removing much: its commits leave all tidying to <see cref="Settle"/>.</summary>
    DbConnection OpenRemoval();

    /// <summary>Tidies up behind many commits, as far as that stops no writer; call it outside of the writer's turn.</summary>
    void Settle(DbConnection connection);

    /// <summary>Prepares the writes of metric rows on a connection of <see cref="OpenIngestion"/>.</summary>
    internal IMetricWrites PrepareWrites(DbConnection connection);

    /// <summary>Prepares the reads of metric rows on a connection of <see cref="OpenReader"/>.</summary>
    internal ISeriesReads PrepareReads(DbConnection connection);

    /// <summary>Prepares a query of one number on a connection of <see cref="OpenReader"/>.</summary>
    /// <param name="sql">With a question mark for each key, and a last one for the index.</param>
    internal IIndexLookUp PrepareLookUp(DbConnection connection, string sql, params ReadOnlySpan<long> keys);

    /// <summary>An open connection for reading.</summary>
    DbConnection OpenReader();

    /// <summary>Begins a transaction in which every read sees the same state, without stopping a writer.</summary>
    DbTransaction BeginSnapshot(DbConnection connection);

    /// <summary>True where the database holds anything yet.</summary>
    bool Exists { get; }

    /// <summary>Makes the database ready to be migrated, or makes it whole where there is none; the caller holds the data folder's lock.</summary>
    /// <returns>True where it was made now, with every migration in it.</returns>
    bool Prepare();

    /// <summary>Faults of the stored data, none if it is sound. Takes seconds a gigabyte; writers go on.</summary>
    IReadOnlyList<string> Check(CancellationToken cancellation);

    /// <summary>Writes a consistent copy while the studio works on.</summary>
    void Backup(string destination);

    /// <summary>Looks into a copy of <see cref="Backup"/> without changing it.</summary>
    BackupFacts Inspect(string copy, CancellationToken cancellation);

    /// <summary>Moves a copy into the database's place; the caller holds the data folder's lock, and no connection is open.</summary>
    void Replace(string copy);

    /// <summary>Leaves the files tidy at a clean end.</summary>
    void Close();
}

/// <summary>What a copy of the database holds.</summary>
/// <param name="Faults">Of its data; empty: it is sound.</param>
/// <param name="Migrations">That were applied to it.</param>
/// <param name="LastRun">The highest number of its runs; 0 where it has none.</param>
public sealed record BackupFacts(IReadOnlyList<string> Faults, IReadOnlyList<string> Migrations, int Runs, long LastRun);
