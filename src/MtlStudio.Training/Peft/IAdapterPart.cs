using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>A tensor of an adapter and its name in adapter_model.safetensors.</summary>
/// <param name="Key">As PEFT writes it, <c>base_model.model.…</c>.</param>
/// <param name="Slot">Its place; the slot's name is the key without PEFT's prefix.</param>
/// <param name="IsTrained">False for what is kept beside the trained tensors and never changes (shared random matrices, copies of the base).</param>
internal sealed record AdapterTensor(string Key, ParameterSlot Slot, bool IsTrained = true)
{
    /// <summary>The task that it is private to, or null.</summary>
    public string? Task { get; init; }

    /// <summary>What PEFT writes before the name of a tensor inside the model.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>A tensor whose key is the slot's name behind PEFT's prefix.</summary>
    public static AdapterTensor Of(ParameterSlot slot, bool isTrained = true) => new(Prefix + slot.Name, slot, isTrained);
}

/// <summary>One place of an adapter on a model: a layer, a table, a residual sum, or what stands before all tokens.</summary>
internal interface IAdapterPart
{
    /// <summary>What is kept in the adapter's file.</summary>
    IReadOnlyList<AdapterTensor> Tensors { get; }

    /// <summary>Gives every tensor the value a new adapter has, drawn by seed and name.</summary>
    void Start(long seed);

    /// <summary>Lets the model compute with the part; its tensors are set.</summary>
    void PutOn();

    /// <summary>Ends what <see cref="PutOn"/> began.</summary>
    void TakeOff();

    /// <summary>Works the part into the base model's weights.</summary>
    /// <exception cref="Core.Runs.InvalidInputException">No weights compute the same.</exception>
    void Merge(MergedWeights weights);
}
