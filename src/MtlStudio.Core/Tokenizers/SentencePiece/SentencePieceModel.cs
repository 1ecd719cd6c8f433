namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>What kind of piece it is, by the numbers of sentencepiece_model.proto.</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

internal readonly record struct ScoredPiece(string Text, float Score, PieceType Type);

/// <summary>A SentencePiece vocabulary with its settings (Kudo and Richardson 2018), named as in sentencepiece_model.proto.</summary>
internal sealed record SentencePieceModel(IReadOnlyList<ScoredPiece> Pieces)
{
    /// <summary>BPE by score, else the unigram language model.</summary>
    public bool IsBpe { get; init; }

    public bool AddDummyPrefix { get; init; } = true;

    public bool RemoveExtraWhitespaces { get; init; } = true;

    /// <summary>Spaces are ▁ in the pieces.</summary>
    public bool EscapeWhitespaces { get; init; } = true;

    /// <summary>The dummy space goes behind the text.</summary>
    public bool TreatWhitespaceAsSuffix { get; init; }

    public bool ByteFallback { get; init; }

    /// <summary>Normalization rules as a double-array trie and their results; empty = none.</summary>
    public byte[] Charsmap { get; init; } = [];

    /// <summary>What an unknown token is decoded to.</summary>
    public string UnknownSurface { get; init; } = " \u2047 ";

    public int? UnknownId { get; init; }

    public int? BosId { get; init; }

    public int? EosId { get; init; }

    public int? PadId { get; init; }
}
