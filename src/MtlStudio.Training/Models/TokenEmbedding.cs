using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>What may stand in the place of a table's own look-up; it may call <see cref="TokenEmbedding.Base"/>.</summary>
public interface IEmbeddingAdapter
{
    /// <summary>int64 ids (tokens) → (tokens, hidden).</summary>
    Tensor Forward(TokenEmbedding table, Tensor ids, ForwardPass pass);
}

/// <summary>Rows of a (vocabulary, hidden) table, or through the adapter where one is set.</summary>
public sealed class TokenEmbedding(string name, ParameterSlot weight)
{
    /// <summary>The module's name, as <c>model.embed_tokens</c>.</summary>
    public string Name { get; } = name;
    public ParameterSlot Weight { get; } = weight;
    public IEmbeddingAdapter? Adapter { get; set; }

    /// <summary>int64 ids (tokens) → (tokens, hidden).</summary>
    public Tensor Forward(Tensor ids, ForwardPass pass) => Adapter is null ? Base(ids) : Adapter.Forward(this, ids, pass);

    /// <summary>The rows themselves.</summary>
    public Tensor Base(Tensor ids) => Weight.Rows(ids);
}
