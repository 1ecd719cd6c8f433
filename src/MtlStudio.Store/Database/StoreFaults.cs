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

    private static bool Any(Exception? fault, Func<Exception, bool> matches) => fault is not null && (matches(fault) || Any(fault.InnerException, matches));
}
