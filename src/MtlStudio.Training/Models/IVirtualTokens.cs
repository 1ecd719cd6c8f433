using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>Trained tokens in front of every document: as input embeddings (prompt tuning) or as each layer's keys and values (prefix tuning).</summary>
public interface IVirtualTokens
{
    /// <summary>n: the positions they take.</summary>
    int Count { get; }

    /// <summary>(n, hidden), put before the embeddings of a row's tokens; null: they have keys and values instead.</summary>
    Tensor? Embeddings();

    /// <summary>Keys and values of every layer, each (key heads, n, head dim), keys as attention sees them (not turned by rotary embedding); null: the layers compute them from embeddings.</summary>
    IReadOnlyList<(Tensor Keys, Tensor Values)>? KeysAndValues();
}
