using System.Runtime.InteropServices;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>Signals to a process whose identity (boot, start time, no zombie) was checked the moment before.</summary>
internal static class Signals
{
    private const int Terminate = 15, Kill = 9;

    /// <summary>SIGTERM: the trainer saves a checkpoint and ends. False where the process is gone (or there are no signals).</summary>
    public static bool TrySendTerminate(ProcessIdentity process) => TrySend(process, Terminate, group: false);

    /// <summary>SIGKILL to the process alone.</summary>
    public static bool TrySendKill(ProcessIdentity process) => TrySend(process, Kill, group: false);

    /// <summary>SIGKILL to the process group it leads.</summary>
    public static bool TrySendKillToGroup(ProcessIdentity leader) => TrySend(leader, Kill, group: true);

    private static bool TrySend(ProcessIdentity process, int signal, bool group)
    {
        if (process.Pid <= 1 || !process.IsAlive()) return false;
        if (!OperatingSystem.IsWindows()) return SysKill(group ? -process.Pid : process.Pid, signal) == 0;
        if (signal != Kill) return false;
        using var found = System.Diagnostics.Process.GetProcessById(process.Pid);
        found.Kill(entireProcessTree: group);
        return true;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SysKill(int pid, int signal);
}
