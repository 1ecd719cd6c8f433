using System.Diagnostics;
using System.Globalization;

namespace MtlStudio.Benchmarks.Training;

/// <summary>Tokens a second of clock time, and of processor time (which hardly sees what else the machine does).</summary>
internal readonly record struct Speed(double Clock, double Cpu)
{
    /// <summary>What a program prints of itself: the two numbers, on one line.</summary>
    /// <exception cref="InvalidOperationException">It printed something else.</exception>
    public static Speed Of(string program, int threads, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        // Debian's PyTorch multiplies by OpenBLAS, whose threads torch.set_num_threads does not reach.
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var clock, var cpu] ? new(double.Parse(clock, CultureInfo.InvariantCulture), double.Parse(cpu, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{program} printed no figures (exit {process.ExitCode})");
    }
}
