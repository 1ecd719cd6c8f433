using System.Globalization;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// How many processes the kernel has killed for want of memory, here and in this container: signal 9 alone does not tell who sent it.
/// Sources: the line oom_kill of <c>/proc/vmstat</c> (proc(5)) and of the control group's <c>memory.events</c> (cgroup v2).
/// </summary>
internal static class MemoryKills
{
    private static readonly string[] Files = ["/proc/vmstat", "/sys/fs/cgroup/memory.events"];

    /// <summary>The count now; 0 where the system tells none.</summary>
    public static long Count() => OperatingSystem.IsLinux() ? Files.Max(Count) : 0;

    /// <param name="path">A file of lines "NAME NUMBER".</param>
    internal static long Count(string path)
    {
        try
        {
            foreach (var line in File.ReadLines(path))
                if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && long.TryParse(line["oom_kill ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return count;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // This system keeps no such count.
        }
        return 0;
    }
}
