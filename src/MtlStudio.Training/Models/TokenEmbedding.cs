using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>Rows of a (vocabulary, hidden) table.</summary>
public sealed class TokenEmbedding(ParameterSlot weight)
{
    public ParameterSlot Weight { get; } = weight;

    /// <summary>int64 ids (tokens) → (tokens, hidden).</summary>
    public Tensor Forward(Tensor ids) => Weight.Value.index_select(0, ids);
}
