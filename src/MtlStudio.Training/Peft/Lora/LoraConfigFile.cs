using System.Text.Json.Nodes;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>adapter_config.json as PEFT 0.21 writes it for LoRA.</summary>
internal static class LoraConfigFile
{
    public const string PeftType = "LORA";

    // Fields that change what is computed and that this program does not know.
    private static readonly string[] Unsupported =
    [
        "use_qalora", "use_bdlora", "lora_bias", "layer_replication", "target_parameters", "alora_invocation_tokens",
        "arrow_config", "kasa_config", "velora_config", "monteclora_config", "exclude_modules",
    ];

    public static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        foreach (var field in Unsupported.Where(config.IsOn)) config.Fault(field, "it is set, and adapters with it are not supported: save the adapter without it");
        var bias = config.String("bias", "none");
        if (bias is not ("none" or "all" or "lora_only")) config.Fault("bias", $"\"{bias}\" is not known: it must be none, all or lora_only");
        var targets = ModuleChoice.Read(config);
        var options = new LoraOptions
        {
            Rank = config.Int("r", 8), Alpha = config.Double("lora_alpha", 8, above: 0), Dropout = config.Double("lora_dropout", 0),
            TargetModules = targets.Modules, TargetPattern = targets.Pattern, Layers = targets.Layers,
            RankStabilized = config.Bool("use_rslora", false), Dora = config.Bool("use_dora", false),
            RankPattern = config.Numbers("rank_pattern"), AlphaPattern = config.Numbers("alpha_pattern"),
            Bias = bias switch { "all" => BiasTraining.All, "lora_only" => BiasTraining.Adapted, _ => BiasTraining.None },
            ModulesToSave = config.Strings("modules_to_save"), TrainableTokens = config.Ids("trainable_token_indices"),
        };
        if (options.TrainableTokens.FirstOrDefault(token => token >= source.Model.Config.VocabSize) is > 0 and var over)
            config.Fault("trainable_token_indices", $"token {over} is not in the model's vocabulary of {source.Model.Config.VocabSize}: the base model is another");
        config.ThrowIfFaulty();
        return LoraPlan.Of(source.Model, options, source.Keys);
    }

    /// <param name="transposed">The adapted layers' weights lie as (in, out).</param>
    public static JsonObject Of(LoraOptions options, bool transposed) => new()
    {
        ["alpha_pattern"] = Numbers(options.AlphaPattern),
        ["bias"] = options.Bias switch { BiasTraining.All => "all", BiasTraining.Adapted => "lora_only", _ => "none" },
        ["fan_in_fan_out"] = transposed,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_to_transform"] = PeftJson.Layers(options.Layers),
        ["lora_alpha"] = options.Alpha,
        ["lora_dropout"] = options.Dropout,
        ["modules_to_save"] = options.ModulesToSave.Count == 0 ? null : PeftJson.Texts(options.ModulesToSave),
        ["peft_type"] = PeftType,
        ["r"] = options.Rank,
        ["rank_pattern"] = Numbers(options.RankPattern),
        ["target_modules"] = PeftJson.Modules(options.Choice),
        ["task_type"] = PeftJson.TaskType,
        ["trainable_token_indices"] = options.TrainableTokens.Count == 0 ? null : new JsonArray([.. options.TrainableTokens.Select(token => JsonValue.Create(token))]),
        ["use_dora"] = options.Dora,
        ["use_rslora"] = options.RankStabilized,
    };

    private static JsonObject Numbers(IReadOnlyList<KeyValuePair<string, double>> patterns) =>
        new(patterns.Select(pattern => KeyValuePair.Create(pattern.Key, (JsonNode?)JsonValue.Create(pattern.Value))));
}
