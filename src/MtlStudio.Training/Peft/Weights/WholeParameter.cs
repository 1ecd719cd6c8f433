using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft.Weights;

/// <summary>A tensor of its own in the place of one of the model's: a bias or a module that is trained whole, or a copy that an adapter's folder holds.</summary>
internal sealed class WholeParameter(CausalLm model, ParameterSlot place, string key, bool isTrained) : IAdapterPart
{
    public ParameterSlot Place => place;
    public ParameterSlot Value { get; } = new(place.Name, [.. place.Shape], place.Start);
    public IReadOnlyList<AdapterTensor> Tensors => [new(key, Value, isTrained)];

    public void Start(long seed) => Value.Copy(model, place.Stored);

    public void PutOn()
    {
        if (place.Replacement is not null) throw new InvalidOperationException($"{place.Name} is replaced already: dispose that adapter first");
        place.Replacement = Value;
    }

    public void TakeOff()
    {
        if (ReferenceEquals(place.Replacement, Value)) place.Replacement = null;
    }

    public void Merge(MergedWeights weights) => weights[place] = Value.Value;
}
