using MtlStudio.Training.Sharing;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>One tensor that is to be trained.</summary>
/// <param name="Name">Its name in a checkpoint.</param>
/// <param name="Value">What it starts from; copied, in float32.</param>
/// <param name="Decays">False where weight decay leaves it out (norms and biases by default).</param>
/// <param name="Bind">Puts the trained leaf in the model's place for it; the leaf is owned by <see cref="FlatParameters"/>.</param>
public sealed record TrainableParameter(string Name, Tensor Value, bool Decays, Action<Tensor> Bind)
{
    /// <summary>What the step's learning rate is multiplied by for it, over 0.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Whose it is; null: all tasks share it.</summary>
    public PrivateOwner? Owner { get; init; }

    /// <summary>In whose steps it moves, where these are fewer tasks than its owner's (a head within its group's part); null: the owner's.</summary>
    public PrivateOwner? MovedBy { get; init; }
}
