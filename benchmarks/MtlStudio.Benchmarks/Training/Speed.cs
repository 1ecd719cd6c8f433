using System.Diagnostics;
using System.Globalization;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// Tokens a second of clock time, and of processor time (which hardly sees what else the machine does); and where it was measured the floating point operations
/// a second of processor time in a large matrix product of the same process.
/// </summary>
internal readonly record struct Speed(double Clock, double Cpu, double Peak)
{
    /// <summary>What a program prints of itself: two or three numbers, on one line.</summary>
    /// <exception cref="InvalidOperationException">It printed something else.</exception>
    public static Speed Of(string program, int threads, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        // Debian's PyTorch multiplies by OpenBLAS, whose threads torch.set_num_threads does not reach.
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var numbers = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return numbers.Length is 2 or 3 ? new(numbers[0], numbers[1], numbers.ElementAtOrDefault(2)) : throw new InvalidOperationException($"{program} printed no figures (exit {process.ExitCode})");
    }
}
