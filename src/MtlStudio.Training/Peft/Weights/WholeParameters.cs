using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft.Lora;

namespace MtlStudio.Training.Peft.Weights;

/// <summary>Which of the model's own tensors an adapter trains or holds beside its own.</summary>
internal static class WholeParameters
{
    private const string Bias = ".bias", Weight = ".weight";

    /// <param name="adapted">Names of the adapted modules: PEFT writes <c>.base_layer</c> behind them.</param>
    /// <param name="saved">Names in a folder's file, or null.</param>
    public static List<WholeParameter> Of(CausalLm model, BiasTraining biases, IReadOnlyList<string> modules, IReadOnlySet<string> adapted, IReadOnlySet<string>? saved)
    {
        var parts = new SortedDictionary<string, WholeParameter>(StringComparer.Ordinal);
        foreach (var slot in model.Slots.Values)
        {
            var module = ModuleOf(slot.Name);
            var biasIsTrained = slot.Name.EndsWith(Bias, StringComparison.Ordinal) && (biases == BiasTraining.All || (biases == BiasTraining.Adapted && adapted.Contains(module)));
            var own = AdapterTensor.Prefix + slot.Name;
            var inside = adapted.Contains(module) ? $"{AdapterTensor.Prefix}{module}.base_layer{slot.Name[module.Length..]}" : own;
            if (modules.Any(name => ModuleNames.Ends(module, name))) parts[slot.Name] = new(model, slot, own, isTrained: true);
            else if (biasIsTrained) parts[slot.Name] = new(model, slot, inside, isTrained: true);
            else if (saved is not null && (saved.Contains(own) || saved.Contains(inside))) parts[slot.Name] = new(model, slot, saved.Contains(own) ? own : inside, isTrained: false);
        }
        return [.. parts.Values];
    }

    /// <summary>Adds a fault for each module to save that is not there.</summary>
    public static void Check(CausalLm model, IReadOnlyList<string> modules, ICollection<FieldError> errors)
    {
        var known = model.Slots.Keys.Select(ModuleOf).ToHashSet(StringComparer.Ordinal);
        foreach (var name in modules.Where(name => !known.Any(module => ModuleNames.Ends(module, name))))
            errors.Add(new("modulesToSave", $"\"{name}\" is no module of this model with weights: there are {string.Join(", ", known.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal))}"));
    }

    private static string ModuleOf(string parameter) =>
        parameter.EndsWith(Weight, StringComparison.Ordinal) ? parameter[..^Weight.Length] : parameter.EndsWith(Bias, StringComparison.Ordinal) ? parameter[..^Bias.Length] : parameter;
}
