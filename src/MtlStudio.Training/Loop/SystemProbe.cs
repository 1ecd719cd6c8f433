using System.Diagnostics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>Records what the process takes of its machine, at most once in the interval given, numbered by count.</summary>
public sealed class SystemProbe(TimeProvider clock, TimeSpan every)
{
    private long lastRecord = clock.GetTimestamp();
    private TimeSpan lastCpu = Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>Records made so far; a resume goes on from its checkpoint's.</summary>
    public long Count { get; set; }

    /// <summary>The event to append where one is due, else null.</summary>
    public PointsEvent? Take(SeriesBook series)
    {
        var passed = clock.GetElapsedTime(lastRecord);
        if (every <= TimeSpan.Zero || passed < every) return null;
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var cores = (cpu - lastCpu) / passed;
        (lastRecord, lastCpu) = (clock.GetTimestamp(), cpu);
        return series.Points(++Count,
        [
            (SeriesNames.ProcessMemory, process.WorkingSet64),
            (SeriesNames.ProcessCpu, cores),
            (SeriesNames.MachineLoad, LoadAverage()),
        ]);
    }

    /// <summary>Processes that ran or waited over the last minute; null where the system does not say.</summary>
    private static double? LoadAverage() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0]) : null;
}
