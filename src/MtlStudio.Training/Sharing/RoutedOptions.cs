using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Sharing;

/// <summary>What the low-rank adapters with several up-projections share.</summary>
public record RoutedOptions
{
    public int Rank { get; init; } = 8;
    public double Alpha { get; init; } = 16;
    public double Dropout { get; init; }
    public IReadOnlyList<string> TargetModules { get; init; } = ["q_proj", "v_proj"];
    public IReadOnlyList<int>? Layers { get; init; }
    /// <summary>Up-projections, or experts.</summary>
    public int Count { get; init; } = 3;

    internal Peft.ModuleChoice Choice => new() { Modules = TargetModules, Layers = Layers };

    internal double Scaling => Alpha / Rank;

    /// <summary>The layers that are meant.</summary>
    /// <exception cref="InvalidInputException">An option is out of range, or a target fits nothing.</exception>
    internal IReadOnlyList<Linear> Match(CausalLm model, string count, params IEnumerable<FieldError> others)
    {
        var errors = new List<FieldError>(others);
        if (Rank < 1) errors.Add(new("rank", $"Rank must be at least 1 (you gave {Rank})"));
        if (!double.IsFinite(Alpha) || Alpha <= 0) errors.Add(new("alpha", $"Alpha must be above 0 (you gave {Alpha})"));
        if (!(Dropout is >= 0 and < 1)) errors.Add(new("dropout", $"Dropout must be from 0 and below 1 (you gave {Dropout})"));
        if (Count < 1) errors.Add(new(count, $"There must be at least 1 (you gave {Count})"));
        var (linears, _) = Peft.ModuleTargets.Match(model, Choice, errors);
        if (linears.FirstOrDefault(layer => Rank > Math.Min(layer.InFeatures, layer.OutFeatures)) is { } narrow)
            errors.Add(new("rank", $"Rank {Rank} is over the dimension of {narrow.Name}: give at most {Math.Min(narrow.InFeatures, narrow.OutFeatures)}, or leave that layer out"));
        return errors.Count > 0 ? throw new InvalidInputException(errors) : linears;
    }

    internal System.Text.Json.Nodes.JsonObject Config(string type) => new()
    {
        ["count"] = Count, ["layers_to_transform"] = Peft.PeftJson.Layers(Layers), ["lora_alpha"] = Alpha, ["lora_dropout"] = Dropout, ["peft_type"] = type, ["r"] = Rank,
        ["target_modules"] = Peft.PeftJson.Modules(Choice), ["task_type"] = Peft.PeftJson.TaskType,
    };

    internal static RoutedOptions Read(ConfigReader config)
    {
        var choice = Peft.ModuleChoice.Read(config);
        return new()
        {
            Rank = config.Int("r", 8), Alpha = config.Double("lora_alpha", 16, above: 0), Dropout = config.Double("lora_dropout", 0), Count = config.Int("count", 3),
            TargetModules = choice.Modules, Layers = choice.Layers,
        };
    }
}
