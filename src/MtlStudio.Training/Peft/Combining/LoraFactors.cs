using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Combining;

/// <summary>One module's part of a LoRA: ΔW = scaling · B · A.</summary>
/// <param name="A">(r, in) float64.</param>
/// <param name="B">(out, r) float64.</param>
internal sealed record LoraFactor(Tensor A, Tensor B, double Scaling);

/// <summary>A LoRA folder as factors by module, without the model it belongs to.</summary>
/// <param name="BaseModel">As its config names it.</param>
/// <param name="Transposed">The adapted layers' weights lie as (in, out).</param>
internal sealed record LoraFactors(IReadOnlyDictionary<string, LoraFactor> Modules, string? BaseModel, bool Transposed)
{
    private const string EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight";

    /// <summary>Tensors belong to the caller's dispose scope.</summary>
    /// <exception cref="InvalidInputException">The folder holds no plain LoRA.</exception>
    public static LoraFactors Read(string folder)
    {
        var config = ConfigReader.Open(Path.Combine(folder, AdapterFolder.ConfigFile), []);
        if (config.String("peft_type", "") is var type && type != LoraConfigFile.PeftType) config.Fault("peft_type", $"\"{type}\" cannot be combined: only LORA can");
        foreach (var field in new[] { "use_dora", "modules_to_save", "trainable_token_indices" }.Where(config.IsOn)) config.Fault(field, "it is set, and what is no plain LoRA cannot be combined: merge such adapters into models instead");
        var options = new LoraOptions
        {
            Rank = config.Int("r", 8), Alpha = config.Double("lora_alpha", 8, above: 0), RankStabilized = config.Bool("use_rslora", false), RankPattern = config.Numbers("rank_pattern"), AlphaPattern = config.Numbers("alpha_pattern"),
        };
        config.ThrowIfFaulty();
        using var file = SafetensorsFile.Open(Path.Combine(folder, AdapterTensors.File));
        var modules = new SortedDictionary<string, LoraFactor>(StringComparer.Ordinal);
        foreach (var name in file.Header.Tensors.Select(tensor => tensor.Name))
            if (name.EndsWith(EndOfA, StringComparison.Ordinal) && name.StartsWith(AdapterTensor.Prefix, StringComparison.Ordinal) && file.Contains(name[..^EndOfA.Length] + EndOfB))
            {
                var module = name[AdapterTensor.Prefix.Length..^EndOfA.Length];
                modules[module] = new(Wide(file, name), Wide(file, name[..^EndOfA.Length] + EndOfB), options.Of(module).Scaling);
            }
            else if (!name.EndsWith(EndOfB, StringComparison.Ordinal))
                throw new InvalidInputException(AdapterTensors.File, $"{name} is no factor of a linear layer's LoRA: such adapters cannot be combined");
        if (modules.Count == 0) throw new InvalidInputException(AdapterTensors.File, "it holds no LoRA factors");
        return new(modules, config.String("base_model_name_or_path", ""), config.Bool("fan_in_fan_out", false));
    }

    private static Tensor Wide(SafetensorsFile file, string name)
    {
        using var mapped = file.Tensor(name);
        return mapped.to(ScalarType.Float64, copy: true);
    }
}
