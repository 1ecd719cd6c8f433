namespace MtlStudio.Training.Models;

/// <summary>
/// What a decoder is built from, read from a Hugging Face <c>config.json</c> (spellings of transformers 4.x and 5.x);
/// names are those of that file. Absent fields have the default of the family's class.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The family, as <c>llama</c>.</summary>
    public required string ModelType { get; init; }
    public required int VocabSize { get; init; }
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int NumHiddenLayers { get; init; }
    public required int NumAttentionHeads { get; init; }
    public required int NumKeyValueHeads { get; init; }
    public required int HeadDim { get; init; }
    /// <summary>Positions the model was made for; longer inputs are computed, but were never trained.</summary>
    public required int MaxPositionEmbeddings { get; init; }
    public required double NormEps { get; init; }
    /// <summary>One of <see cref="Activations.Names"/>.</summary>
    public required string HiddenAct { get; init; }
    public bool TieWordEmbeddings { get; init; }
    public bool AttentionBias { get; init; }
    public bool MlpBias { get; init; }
    /// <summary>Each position has a trained vector: there are no more than <see cref="MaxPositionEmbeddings"/>.</summary>
    public bool LearnedPositions { get; init; }
    /// <summary>Whether scores are divided by √<see cref="HeadDim"/>.</summary>
    public bool ScaleAttention { get; init; } = true;
    /// <summary>Whether scores are divided by the layer's number, from 1, as well.</summary>
    public bool ScaleAttentionByLayer { get; init; }
    public RopeConfig? Rope { get; init; }
    /// <summary>Standard deviation of a freshly made weight.</summary>
    public double InitializerRange { get; init; } = 0.02;
    public long? BosTokenId { get; init; }
    /// <summary>The tokens that end a text; empty where the file names none.</summary>
    public IReadOnlyList<long> EosTokenIds { get; init; } = [];
    public long? PadTokenId { get; init; }
}
