using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Weights;

/// <summary>A change of a layer's weight that is made anew in each pass from factors of its own.</summary>
internal interface IWeightDelta
{
    IReadOnlyList<ParameterSlot> Slots { get; }
    void Start(long seed);

    /// <summary>ΔW: (out, in), with gradients.</summary>
    Tensor Delta();
}

/// <summary>x·(W + ΔW)ᵀ + b.</summary>
internal sealed class DeltaLinear(Linear layer, IWeightDelta delta) : IAdapterPart, ILinearAdapter
{
    public IReadOnlyList<AdapterTensor> Tensors { get; } = [.. delta.Slots.Select(slot => AdapterTensor.Of(slot))];

    public void Start(long seed) => delta.Start(seed);

    public void PutOn() => LinearPart.PutOn(layer, this);

    public void TakeOff() => LinearPart.TakeOff(layer, this);

    public Tensor Forward(Linear layer, Tensor x, ForwardPass pass) => layer.Base(x).add(functional.linear(x, delta.Delta()), Scalars.One);

    public void Merge(MergedWeights weights) => weights.Add(layer, delta.Delta());
}
