using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using TorchSharp;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl devices</c>: what runs can train on here. A studio asks this, since it never loads libtorch itself.</summary>
internal static class DevicesCommand
{
    private static readonly TimeSpan DriverPatience = TimeSpan.FromSeconds(10);

    public static Command Create(CommandConsole console)
    {
        var json = SharedOptions.Json();
        var command = new Command("devices", "Lists the CPU and the GPUs that runs can train on here.") { json };
        command.SetAction(parsed => console.Guard(() =>
        {
            var found = Find();
            if (parsed.GetValue(json)) console.Json(found);
            else Print(found, console.Output);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static MachineDevices Find() => new()
    {
        Cpu = new()
        {
            Name = CpuName(), Cores = Cores() ?? Environment.ProcessorCount, Threads = Environment.ProcessorCount,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        },
        Cuda = torch.cuda.is_available() ? WithNames([.. Enumerable.Range(0, torch.cuda.device_count()).Select(index => new CudaDevice { Index = index })]) : [],
    };

    private static void Print(MachineDevices found, TextWriter output)
    {
        output.WriteLine($"cpu     {found.Cpu.Name}, {found.Cpu.Cores} cores, {found.Cpu.Threads} threads, {Gigabytes(found.Cpu.MemoryBytes)}");
        foreach (var gpu in found.Cuda)
            output.WriteLine($"cuda:{gpu.Index}  {gpu.Name ?? "unnamed"}{(gpu.MemoryBytes is { } bytes ? $", {Gigabytes(bytes)}" : "")}");
        if (found.Cuda.Count == 0) output.WriteLine("cuda    none that this build can use");
    }

    private static string Gigabytes(long bytes) => (bytes / (double)(1L << 30)).ToString("F1", CultureInfo.InvariantCulture) + " GiB";

    private static string CpuName() => CpuInfo("model name").FirstOrDefault() ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();

    private static int? Cores() => CpuInfo("physical id").Zip(CpuInfo("core id")).Distinct().Count() is > 0 and var cores ? Math.Min(cores, Environment.ProcessorCount) : null;

    private static IEnumerable<string> CpuInfo(string field) => !File.Exists("/proc/cpuinfo") ? []
        : File.ReadLines("/proc/cpuinfo").Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2 && pair[0].Trim() == field).Select(pair => pair[1].Trim());

    // TorchSharp tells neither name nor memory of a GPU; the driver's own tool does, in the driver's numbers.
    private static IReadOnlyList<CudaDevice> WithNames(IReadOnlyList<CudaDevice> found)
    {
        if (Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is { Length: > 0 }) return found;
        var told = Ask("nvidia-smi", "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits")
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries)).Where(parts => parts.Length == 3 && int.TryParse(parts[0], out _))
            .ToDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture));
        return [.. found.Select(gpu => !told.TryGetValue(gpu.Index, out var parts) ? gpu
            : gpu with { Name = parts[1], MemoryBytes = long.TryParse(parts[2], out var mebibytes) ? mebibytes << 20 : null })];
    }

    private static IReadOnlyList<string> Ask(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
            if (process is null) return [];
            var output = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(DriverPatience)) return process.ExitCode == 0 ? output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
            process.Kill(entireProcessTree: true);
            return [];
        }
        catch (Win32Exception)
        {
            return [];
        }
    }
}
