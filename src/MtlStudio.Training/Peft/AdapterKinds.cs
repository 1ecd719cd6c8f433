using System.Text.Json.Nodes;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft.Bottleneck;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Peft.Prompts;
using MtlStudio.Training.Peft.Scaling;
using MtlStudio.Training.Peft.Weights;
using MtlStudio.Training.Sharing;

namespace MtlStudio.Training.Peft;

/// <summary>What a kind of adapter is read from.</summary>
/// <param name="Config">adapter_config.json; faults go to it.</param>
/// <param name="Keys">The names in adapter_model.safetensors.</param>
/// <param name="Folder">Where both lie.</param>
internal sealed record AdapterSource(CausalLm Model, ConfigReader Config, IReadOnlySet<string> Keys, string Folder);

/// <summary>The kinds of adapters this program reads, by the config's <c>peft_type</c>; a new one is a file beside this and a line here.</summary>
internal static class AdapterKinds
{
    private static readonly Dictionary<string, Func<AdapterSource, AdapterPlan>> All = new(StringComparer.Ordinal)
    {
        [LoraConfigFile.PeftType] = LoraConfigFile.Read,
        [AdaLora.PeftType] = AdaLora.Read,
        [LoHa.PeftType] = LoHa.Read,
        [LoKr.PeftType] = LoKr.Read,
        [Vera.PeftType] = Vera.Read,
        [Ia3.PeftType] = Ia3.Read,
        [BottleneckAdapter.PeftType] = BottleneckAdapter.Read,
        [PromptTuning.PeftType] = PromptTuning.Read,
        [PTuning.PeftType] = PTuning.Read,
        [PrefixTuning.PeftType] = PrefixTuning.Read,
        [ChosenWeights.PeftType] = ChosenWeights.Read,
        [MtlLora.PeftType] = MtlLora.Read,
        [HydraLora.PeftType] = HydraLora.Read,
        [MoLora.PeftType] = MoLora.Read,
    };

    /// <summary>The catalog's name of a config's method, or null.</summary>
    public static string? Method(JsonObject config) => (string?)config["peft_type"] switch
    {
        LoraConfigFile.PeftType => (bool?)config["use_dora"] == true ? "dora" : "lora",
        LoHa.PeftType => "loha",
        LoKr.PeftType => "lokr",
        Vera.PeftType => "vera",
        Ia3.PeftType => "ia3",
        BottleneckAdapter.PeftType => "bottleneck",
        PromptTuning.PeftType => "prompt",
        PTuning.PeftType => "p-tuning",
        PrefixTuning.PeftType => "prefix",
        MtlLora.PeftType => "mtl-lora",
        HydraLora.PeftType => "hydra-lora",
        MoLora.PeftType => "mo-lora",
        _ => null,
    };

    /// <exception cref="Core.Runs.InvalidInputException">Every fault of the config, or a kind that is not known.</exception>
    public static AdapterPlan Read(CausalLm model, string folder)
    {
        var config = ConfigReader.Open(Path.Combine(folder, AdapterFolder.ConfigFile), []);
        var type = config.String("peft_type", "");
        if (!All.TryGetValue(type, out var read))
        {
            config.Fault("peft_type", $"\"{type}\" is not supported: supported are {string.Join(", ", All.Keys.Order(StringComparer.Ordinal))}");
            config.ThrowIfFaulty();
        }
        var plan = read!(new(model, config, AdapterTensors.Keys(folder), folder));
        config.ThrowIfFaulty();
        return plan;
    }
}
