using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>The base model's weights that differ once an adapter is worked in, by name.</summary>
internal sealed class MergedWeights(CausalLm model)
{
    private readonly Dictionary<string, Tensor> changed = new(StringComparer.Ordinal);

    public CausalLm Model => model;
    public IReadOnlyDictionary<string, Tensor> Changed => changed;

    /// <summary>The weight as merged so far.</summary>
    public Tensor this[ParameterSlot slot]
    {
        get => changed.GetValueOrDefault(slot.Name) ?? slot.Value;
        set => changed[slot.Name] = value;
    }

    /// <summary>Those tied to <paramref name="slot"/> keep what they have: a change of it is no longer theirs.</summary>
    public void Untie(ParameterSlot slot)
    {
        foreach (var tied in model.Slots.Values.Where(other => other.TiedTo == slot)) changed.TryAdd(tied.Name, tied.Value);
    }

    public static InvalidInputException Impossible(string method, string why) =>
        new("--merged", $"{method} cannot be worked into the weights: {why}. Export the adapter itself, and load it beside the base model");
}
