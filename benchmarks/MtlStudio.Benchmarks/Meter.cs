using System.Diagnostics;

namespace MtlStudio.Benchmarks;

/// <summary>Measures a stretch of work by the clock and by the processor; the second hardly sees what else the machine does.</summary>
internal readonly record struct Meter(long Began, TimeSpan Cpu)
{
    public static Meter Start() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    public Cost Stop() => new(Stopwatch.GetElapsedTime(Began).TotalSeconds, (Environment.CpuUsage.TotalTime - Cpu).TotalSeconds);
}

internal sealed record Cost(double Seconds, double CpuSeconds);
