using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>One layer: (batch·length, hidden) → the same shape.</summary>
public delegate Tensor DecoderLayer(Tensor x, ForwardPass pass);

/// <summary>A decoder as a family composes it.</summary>
/// <param name="Embed">int64 ids (batch, length) → (batch·length, hidden), the input of layer 0.</param>
/// <param name="Norm">The norm after the last layer.</param>
/// <param name="Head">Hidden states after the norm → logits.</param>
public sealed record Decoder(Func<Tensor, ForwardPass, Tensor> Embed, IReadOnlyList<DecoderLayer> Layers, Func<Tensor, Tensor> Norm, Linear Head)
{
    /// <summary>What learned positions make of the embeddings (batch·length, hidden), those of virtual tokens among them; null: positions are no part of them.</summary>
    public Func<Tensor, ForwardPass, Tensor>? Place { get; init; }
}
