using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft;

/// <summary>An adapter that adds to a layer's output, so that several may stand on one layer.</summary>
internal interface IAddedOutput : ILinearAdapter
{
    /// <summary><paramref name="output"/> and what the adapter gives for <paramref name="x"/>; the output may be changed in place.</summary>
    Tensor AddTo(Tensor output, Linear layer, Tensor x, ForwardPass pass);
}

/// <summary>Puts an adapter in a linear layer's place and takes it off again; more than one only where each adds to the output.</summary>
internal static class LinearPart
{
    public static void PutOn(Linear layer, ILinearAdapter adapter) => layer.Adapter = (layer.Adapter, adapter) switch
    {
        (null, _) => adapter,
        (Stack below, IAddedOutput above) => new Stack([.. below.Adapters, above]),
        (IAddedOutput below, IAddedOutput above) => new Stack([below, above]),
        _ => throw new InvalidOperationException($"{layer.Name} has an adapter already: dispose that one first"),
    };

    public static void TakeOff(Linear layer, ILinearAdapter adapter)
    {
        if (layer.Adapter is Stack stack)
        {
            IReadOnlyList<IAddedOutput> left = [.. stack.Adapters.Where(other => !ReferenceEquals(other, adapter))];
            layer.Adapter = left switch { [] => null, [var one] => one, _ => new Stack(left) };
        }
        else if (ReferenceEquals(layer.Adapter, adapter)) layer.Adapter = null;
    }

    /// <summary>W + ΔW in the merged weights.</summary>
    public static void Add(this MergedWeights weights, Linear layer, Tensor delta) => weights[layer.Weight] = weights[layer.Weight].add(layer.Oriented(delta), Scalars.One);

    private sealed record Stack(IReadOnlyList<IAddedOutput> Adapters) : ILinearAdapter
    {
        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass) => Adapters.Aggregate(layer.Base(x), (sum, adapter) => adapter.AddTo(sum, layer, x, pass));
    }
}
