namespace MtlStudio.Core.Tokenizers.Pipelines;

/// <summary>The whole way from text to tokens and back, whatever file it was read from. Safe for use by several threads.</summary>
internal interface ITokenizerPipeline
{
    /// <summary>One more than the highest id.</summary>
    int VocabularySize { get; }

    /// <param name="text">Without lone surrogates.</param>
    EncodedText Encode(string text, EncodeOptions options);

    /// <summary>Each word as a text of its own; offsets are within the word, the word's index is its number.</summary>
    EncodedText EncodeWords(IReadOnlyList<string> words, bool addSpecialTokens);

    /// <summary>Ids outside the vocabulary are left out.</summary>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens);

    string? TextOf(int id);

    int? IdOf(string token);

    bool IsSpecial(int id);
}
