using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>What a spec's precision means for the model.</summary>
public static class Precision
{
    private static readonly string[] Flags = ["avx512_bf16", "amx_bf16", "bf16"];

    /// <summary>What a user should know of a spec's precision on this machine; empty: nothing.</summary>
    public static IReadOnlyList<string> Warnings(RunSpec spec, Device device) =>
        spec.Training.Precision == "bf16" && device.type == DeviceType.CPU && File.Exists("/proc/cpuinfo") && !HasBfloat16(File.ReadLines("/proc/cpuinfo"))
            ? ["This processor has no bfloat16 (neither avx512_bf16 nor amx_bf16): it is emulated, and a step takes several times as long as in fp32. Set training.precision to fp32, unless memory is what matters"] : [];

    /// <summary>Whether the lines of /proc/cpuinfo name instructions for bfloat16.</summary>
    internal static bool HasBfloat16(IEnumerable<string> lines) => lines
        .FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal))?.Split(' ', '\t').Any(Flags.Contains) == true;

    /// <summary>How a run's model is loaded: in bfloat16 what is trained keeps float32 masters (Micikevicius et al. 2018, with bfloat16 no loss scaling is needed).</summary>
    public static LoadOptions Of(RunSpec spec, Device device) => new()
    {
        Device = device, Quantize = spec.Model.Quantize,
        Dtype = spec.Training.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32, Masters = spec.Training.Precision == "bf16",
    };
}
