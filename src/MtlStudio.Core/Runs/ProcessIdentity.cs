namespace MtlStudio.Core.Runs;

/// <summary>
/// A process beyond doubt: a pid alone is given to another process sooner or later. Start time is field 22 of
/// <c>/proc/PID/stat</c> (clock ticks since boot, proc(5)), which every reader sees alike; elsewhere UTC milliseconds.
/// </summary>
/// <param name="Pid">The process id, as seen in this pid namespace.</param>
/// <param name="StartTime">Clock ticks since boot on Linux, UTC milliseconds elsewhere.</param>
/// <param name="BootId">The kernel's random boot id on Linux, "" elsewhere.</param>
public sealed record ProcessIdentity(int Pid, long StartTime, string BootId)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public static ProcessIdentity Current() => Of(Environment.ProcessId)
        ?? throw new InvalidOperationException("The own process is not listed: is /proc mounted?");

    /// <summary>The process with that pid if it lives; null where there is none or only a zombie.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        if (!OperatingSystem.IsLinux()) return OfSystem(pid);
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The command's name is in parentheses and may hold blanks and parentheses: fields count from the last one.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var state = fields[0];
            if (state is "Z" or "X" or "x") return null;
            return new ProcessIdentity(pid, long.Parse(fields[22 - 3]), CurrentBootId());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True while this very process lives: same boot, same start time, no zombie.</summary>
    public bool IsAlive() => Of(Pid) == this;

    private static string CurrentBootId() => File.ReadAllText(BootIdFile).Trim();

    private static ProcessIdentity? OfSystem(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return process.HasExited ? null
                : new ProcessIdentity(pid, new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds(), "");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
