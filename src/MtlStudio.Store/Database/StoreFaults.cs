using Microsoft.Data.Sqlite;
using MtlStudio.Core.IO;

namespace MtlStudio.Store;

/// <summary>Tells what kept the store from writing, wherever in a chain of exceptions it stands.</summary>
public static class StoreFaults
{
    /// <summary>True where the disk is full.</summary>
    public static bool IsDiskFull(Exception? fault) => Any(fault, one => one switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL,
        _ => DiskFaults.IsFull(one),
    });

    /// <summary>True where the folder may not be written to: EROFS, SQLITE_READONLY, or rights.</summary>
    public static bool IsReadOnly(Exception? fault) => Any(fault, one => one switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN,
        UnauthorizedAccessException => true,
        IOException io => (io.HResult & 0xFFFF) is 30,
        _ => false,
    });

    /// <summary>True where another program holds a lock for longer than a write waits.</summary>
    public static bool IsBusy(Exception? fault) => Any(fault, one => one is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED });

    /// <summary>True where the file is no database, or a damaged one.</summary>
    public static bool IsDamaged(Exception? fault) => Any(fault, one => one is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB });

    /// <summary>What keeps the store from writing and what cures it, as one clause; null where it is none of these faults.</summary>
    public static string? Cure(Exception fault) => fault switch
    {
        _ when IsDiskFull(fault) => "the disk of the data folder is full: free some space",
        _ when IsReadOnly(fault) => "the data folder cannot be written to: give the studio's user the right to write there",
        _ when IsBusy(fault) => "another program holds the database's write lock: end it, or wait until it is done",
        _ when IsDamaged(fault) => "the database is damaged: end the studio and put a copy from its backups in place",
        _ => null,
    };

    private static bool Any(Exception? fault, Func<Exception, bool> matches) => fault is not null && (matches(fault) || Any(fault.InnerException, matches));
}
