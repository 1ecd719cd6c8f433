using System.Text.Json.Nodes;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>adapter_config.json as PEFT 0.21 writes it.</summary>
internal static class LoraConfigFile
{
    public const string File = "adapter_config.json";

    // Fields that change what is computed and that a plain LoRA leaves unset.
    private static readonly string[] Unsupported =
    [
        "use_dora", "use_qalora", "use_bdlora", "lora_bias", "modules_to_save", "layer_replication", "target_parameters",
        "trainable_token_indices", "alora_invocation_tokens", "arrow_config", "kasa_config", "velora_config", "monteclora_config", "exclude_modules", "fan_in_fan_out",
    ];

    public static LoraOptions Read(string folder)
    {
        var config = ConfigReader.Open(Path.Combine(folder, File), []);
        var kind = config.String("peft_type", "");
        if (kind != "LORA") config.Fault("peft_type", $"\"{kind}\" is not supported: give a folder of the kind LORA");
        foreach (var field in Unsupported.Where(config.IsOn)) config.Fault(field, "it is set, and adapters with it are not supported: save the adapter without it");
        if (config.String("bias", "none") is var bias and not "none") config.Fault("bias", $"\"{bias}\" is not supported: only \"none\" is");
        var modules = config.Strings("target_modules");
        var pattern = config.IsText("target_modules") && modules is not [LoraOptions.AllLinear] ? modules[0] : null;
        var layers = config.Ids("layers_to_transform");
        var options = new LoraOptions
        {
            Rank = config.Int("r", 8), Alpha = config.Double("lora_alpha", 8, above: 0), Dropout = config.Double("lora_dropout", 0),
            TargetModules = modules, TargetPattern = pattern, Layers = layers.Count > 0 ? [.. layers.Select(l => (int)Math.Min(l, int.MaxValue))] : null,
            RankStabilized = config.Bool("use_rslora", false), RankPattern = config.Numbers("rank_pattern"), AlphaPattern = config.Numbers("alpha_pattern"),
        };
        config.ThrowIfFaulty();
        return options;
    }

    public static void Write(string folder, LoraOptions options, string? baseModel)
    {
        var config = new JsonObject
        {
            ["alpha_pattern"] = Numbers(options.AlphaPattern),
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_to_transform"] = options.Layers is null ? null : new JsonArray([.. options.Layers.Select(l => JsonValue.Create(l))]),
            ["lora_alpha"] = options.Alpha,
            ["lora_dropout"] = options.Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = options.Rank,
            ["rank_pattern"] = Numbers(options.RankPattern),
            ["target_modules"] = options.TargetPattern is not null ? options.TargetPattern
                : options.TargetModules is [LoraOptions.AllLinear] ? LoraOptions.AllLinear
                : new JsonArray([.. options.TargetModules.Order(StringComparer.Ordinal).Select(t => JsonValue.Create(t))]),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = false,
            ["use_rslora"] = options.RankStabilized,
        };
        AtomicFile.WriteText(Path.Combine(folder, File), config.ToJsonString(WireJson.Indented) + "\n");
    }

    private static JsonObject Numbers(IReadOnlyList<KeyValuePair<string, double>> patterns) =>
        new(patterns.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)JsonValue.Create(p.Value))));
}
