using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>Puts an adapter in a linear layer's place and takes it off again; each layer holds one.</summary>
internal static class LinearPart
{
    public static void PutOn(Linear layer, ILinearAdapter adapter)
    {
        if (layer.Adapter is not null) throw new InvalidOperationException($"{layer.Name} has an adapter already: dispose that one first");
        layer.Adapter = adapter;
    }

    public static void TakeOff(Linear layer, ILinearAdapter adapter)
    {
        if (ReferenceEquals(layer.Adapter, adapter)) layer.Adapter = null;
    }

    /// <summary>W + ΔW in the merged weights.</summary>
    public static void Add(this MergedWeights weights, Linear layer, Tensor delta) => weights[layer.Weight] = weights[layer.Weight].add(delta);
}
