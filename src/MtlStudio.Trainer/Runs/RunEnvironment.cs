using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using TorchSharp;

namespace MtlStudio.Trainer.Runs;

/// <summary>What a repetition of a run needs to know of code, machine and inputs.</summary>
public static class RunEnvironment
{
    /// <summary>This program's version, with the commit it was built from.</summary>
    public static string Version { get; } = VersionOf(typeof(RunEnvironment).Assembly);

    public static Dictionary<string, string> Describe(RunSpec spec, ComputeChoice compute, string modelFolder, string tokenizerHash, IReadOnlyDictionary<string, string> datasets)
    {
        var found = new Dictionary<string, string>
        {
            ["mtl"] = Version,
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["torchsharp"] = VersionOf(typeof(torch).Assembly),
            ["libtorch"] = torch.__version__,
            ["os"] = RuntimeInformation.OSDescription,
            ["cpu"] = CpuName(),
            ["cores"] = Environment.ProcessorCount.ToString(),
            ["memory"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes.ToString(),
            ["device"] = compute.Device,
            ["threads"] = compute.Threads.ToString(),
            ["seed"] = spec.Seed.ToString(),
            ["tokenizer"] = tokenizerHash,
            ["model"] = ModelHash(modelFolder),
        };
        foreach (var (task, hash) in datasets) found[$"dataset/{task}"] = hash;
        return found;
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";

    private static string CpuName() => !File.Exists("/proc/cpuinfo") ? RuntimeInformation.ProcessArchitecture.ToString()
        : File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>SHA-256 over config.json and the weight files, in the order of their names.</summary>
    private static string ModelHash(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var path in Directory.EnumerateFiles(folder, "*.safetensors").Append(Path.Combine(folder, "config.json")).Order(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(path);
            for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
