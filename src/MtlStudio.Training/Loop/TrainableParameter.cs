using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>One tensor that is trained.</summary>
/// <param name="Name">Its name in a checkpoint.</param>
/// <param name="Tensor">A leaf of float32; <see cref="FlatParameters"/> moves its storage.</param>
/// <param name="Decays">False where weight decay leaves it out (norms and biases by default).</param>
public sealed record TrainableParameter(string Name, Tensor Tensor, bool Decays)
{
    /// <summary>The usual exclusion: tensors of one dimension (norms, biases) do not decay.</summary>
    public static TrainableParameter WithUsualDecay(string name, Tensor tensor) => new(name, tensor, tensor.dim() > 1);
}
