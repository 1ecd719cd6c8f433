namespace MtlStudio.Core.Tokenizers.Training;

/// <summary>How a byte-level BPE vocabulary is learned.</summary>
public sealed record ByteLevelBpeOptions
{
    /// <summary>The smallest possible: 256 bytes and the two special tokens.</summary>
    public const int SmallestVocabulary = 256 + 2;

    /// <summary>Bytes, merges and special tokens together; fewer where the text has no more pairs to merge.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>A pair must occur so often to be merged.</summary>
    public int MinimumCount { get; init; } = 2;

    /// <summary>Begins and ends every text (BOS and EOS), id 0.</summary>
    public string EndOfText { get; init; } = "<|endoftext|>";

    /// <summary>Fills up batches, id 1.</summary>
    public string Padding { get; init; } = "<|pad|>";

    /// <summary>Further special tokens, ids from 2 on.</summary>
    public IReadOnlyList<string> MoreSpecialTokens { get; init; } = [];

    /// <summary>The tokenizer puts <see cref="EndOfText"/> before every text.</summary>
    public bool BeginWithEndOfText { get; init; } = true;

    /// <summary>Written into tokenizer_config.json for other programs.</summary>
    public int ModelMaxLength { get; init; } = 1024;
}
