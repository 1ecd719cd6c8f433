namespace MtlStudio.Core.IO;

/// <summary>Tells what kept a file from being written.</summary>
public static class DiskFaults
{
    /// <summary>True where the disk, or the user's share of it, is full: ENOSPC and EDQUOT on Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.</summary>
    public static bool IsFull(Exception fault) => fault is IOException
        && (OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) is 0x70 or 0x27 : fault.HResult is 28 or 122);
}
