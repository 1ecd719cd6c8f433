using System.Text.Json.Nodes;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft.Weights;

/// <summary>Which of the model's own weights are trained, the others staying frozen.</summary>
public sealed record ChosenWeightsOptions
{
    /// <summary>Only parameters whose name ends in "bias" (BitFit, Ben Zaken et al. 2022).</summary>
    public bool Biases { get; init; }
    /// <summary>Only these decoder layers; null: all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }
    /// <summary>Within the layers, only modules whose names end so; empty: all.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];
    /// <summary>The embedding table too, with the head where it is tied.</summary>
    public bool Embeddings { get; init; }
    /// <summary>The head too.</summary>
    public bool Head { get; init; }
    /// <summary>The norm after the last layer too.</summary>
    public bool FinalNorm { get; init; }
}

/// <summary>Trains a choice of the model's own weights; the folder holds those alone (a kind of our own: PEFT has none).</summary>
public static class ChosenWeights
{
    internal const string PeftType = "CHOSEN_WEIGHTS";

    /// <exception cref="InvalidInputException">Nothing is chosen, or a choice fits nothing.</exception>
    public static Adapter Attach(CausalLm model, ChosenWeightsOptions options)
    {
        var errors = new List<FieldError>();
        foreach (var layer in options.Layers ?? [])
            if (layer < 0 || layer >= model.Config.NumHiddenLayers) errors.Add(new("layers", $"Layer {layer} is not there: the model has layers 0 to {model.Config.NumHiddenLayers - 1}"));
        if (options.Head && model.IsTied) errors.Add(new("head", "The head is tied to the embedding table: set embeddings, which trains both"));
        WholeParameters.Check(model, options.Modules, errors);
        var chosen = model.Parameters.Where(slot => IsChosen(model, slot.Name, options)).ToList();
        if (errors.Count == 0 && chosen.Count == 0)
            errors.Add(options.Biases
                ? new("name", "This model has no biases, so BitFit would train nothing: choose LoRA, (IA)³ or chosen layers")
                : new("modules", $"{(options.Modules.Count == 0 ? "Nothing" : string.Join(", ", options.Modules))} in these layers has weights: choose others"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Adapter.New(model, Plan(model, chosen), seed: 0);
    }

    /// <summary>Trains everything that <see cref="Attach"/> would leave frozen.</summary>
    internal static Adapter AttachOthers(CausalLm model, ChosenWeightsOptions options) =>
        Adapter.New(model, Plan(model, [.. model.Parameters.Where(slot => !IsChosen(model, slot.Name, options))]), seed: 0);

    internal static AdapterPlan Read(AdapterSource source)
    {
        var unknown = source.Keys.Where(key => !source.Model.Slots.ContainsKey(Name(key))).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) source.Config.Fault("peft_type", $"{unknown.Count} saved weights are none of this model's ({string.Join(", ", unknown.Take(3))}): the base model is another");
        return Plan(source.Model, [.. source.Keys.Where(key => source.Model.Slots.ContainsKey(Name(key))).Order(StringComparer.Ordinal).Select(key => source.Model.Slots[Name(key)])]);
    }

    private static AdapterPlan Plan(CausalLm model, IReadOnlyList<ParameterSlot> slots) => new(
        new JsonObject { ["peft_type"] = PeftType, ["task_type"] = PeftJson.TaskType, ["weights"] = PeftJson.Texts(slots.Select(slot => slot.Name)) },
        [.. slots.Select(slot => new WholeParameter(model, slot, AdapterTensor.Prefix + slot.Name, isTrained: true))]);

    private static string Name(string key) => key.StartsWith(AdapterTensor.Prefix, StringComparison.Ordinal) ? key[AdapterTensor.Prefix.Length..] : key;

    private static bool IsChosen(CausalLm model, string name, ChosenWeightsOptions options)
    {
        var module = name[..name.LastIndexOf('.')];
        var isBias = name.EndsWith("bias", StringComparison.Ordinal);
        if (ModuleTargets.LayerOf(name) is { } layer)
            return (!options.Biases || isBias) && (options.Layers?.Contains(layer) ?? true) && (options.Modules.Count == 0 || options.Modules.Any(end => ModuleNames.Ends(module, end)));
        if (options.Biases) return isBias && options.Layers is null;
        return model.Embeddings.Any(table => table.Weight.Name == name) ? options.Embeddings : module == model.Head.Name ? options.Head : options.FinalNorm;
    }
}
