using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.Loading;
using MtlStudio.Core.Tokenizers.Pipelines;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers;

/// <summary>Text to token ids and back, exactly as the model's own tokenizer does it. Immutable; safe for use by several threads.</summary>
public sealed class Tokenizer
{
    private readonly ITokenizerPipeline _pipeline;

    internal Tokenizer(ITokenizerPipeline pipeline, SpecialTokenIds special, string hash)
    {
        _pipeline = pipeline;
        BosId = special.Bos;
        EosId = special.Eos;
        PadId = special.Pad;
        UnknownId = special.Unknown;
        Hash = hash;
    }

    /// <summary>Reads the tokenizer of a model folder: <c>tokenizer.json</c> (with <c>tokenizer_config.json</c> and
    /// <c>special_tokens_map.json</c> beside it), else SentencePiece's <c>tokenizer.model</c>, else llama2.c's
    /// <c>tokenizer-vocab.json</c> or <c>tok*.bin</c>, else GPT-2's <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    /// <exception cref="InvalidInputException">No such file, or one that can't be read; the message names file, field and cure.</exception>
    public static Tokenizer Load(string modelFolder) => TokenizerFolder.Load(modelFolder);

    /// <summary>One more than the highest id: as many rows as an embedding needs.</summary>
    public int VocabularySize => _pipeline.VocabularySize;

    /// <summary>The token that begins a text, if the tokenizer names one; whether <see cref="Encode"/> adds it is another matter.</summary>
    public int? BosId { get; }

    public int? EosId { get; }

    public int? PadId { get; }

    public int? UnknownId { get; }

    /// <summary>SHA-256 over the names and bytes of the files that define this tokenizer, in lower-case hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>The ids of a text. Special tokens spelled out in it are recognized, as the reference does (SentencePiece models
    /// take them as plain text). Lone surrogates count as U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">With the tokens that the tokenizer puts around a text.</param>
    public int[] Encode(string text, bool addSpecialTokens) => Ids(text, new(addSpecialTokens));

    /// <summary>The ids of a text that goes on where another text ended: without special tokens, and without the space or ▁ that
    /// some tokenizers put before a text. Appended to the other text's ids they decode to both texts.</summary>
    public int[] EncodeContinuation(string text) => Ids(text, new(AddSpecialTokens: false, Continues: true));

    /// <summary>The tokens of a text with the parts of it that they stand for.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">As for <see cref="Encode"/>.</param>
    public TokenSpan[] EncodeWithOffsets(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Spans(_pipeline.Encode(Runes.WithoutLoneSurrogates(text), new(addSpecialTokens, Detailed: true)));
    }

    /// <summary>The tokens of <see cref="EncodeContinuation"/> with the parts of the text that they stand for.</summary>
    public TokenSpan[] EncodeContinuationWithOffsets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Spans(_pipeline.Encode(Runes.WithoutLoneSurrogates(text), new(AddSpecialTokens: false, Continues: true, Detailed: true)));
    }

    /// <summary>The tokens of a text that is given in words, as for token tagging: offsets are within each word, and <see cref="TokenSpan.Word"/>
    /// is its index. A word without tokens (an empty one) doesn't appear.</summary>
    public TokenSpan[] EncodeWords(IReadOnlyList<string> words, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(words);
        return Spans(_pipeline.EncodeWords([.. words.Select(Runes.WithoutLoneSurrogates)], addSpecialTokens));
    }

    /// <summary>The text of ids; ids outside the vocabulary are left out.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens) => _pipeline.Decode(ids, skipSpecialTokens);

    /// <summary>A decoder for tokens that come one by one.</summary>
    public StreamDecoder DecodeStream(bool skipSpecialTokens) => new(this, skipSpecialTokens);

    /// <summary>The token as the vocabulary spells it, or "" for an id outside of it.</summary>
    public string TokenText(int id) => _pipeline.TextOf(id) ?? "";

    /// <summary>The id of a token as the vocabulary spells it, or null.</summary>
    public int? IdOf(string token) => _pipeline.IdOf(token);

    /// <summary>It is left out by a decode that skips special tokens.</summary>
    public bool IsSpecial(int id) => _pipeline.IsSpecial(id);

    private TokenSpan[] Spans(EncodedText encoded) => [.. Enumerable.Range(0, encoded.Ids.Count).Select(i => new TokenSpan(
        encoded.Ids[i], encoded.Texts[i] ?? TokenText(encoded.Ids[i]), encoded.Starts[i], encoded.Ends[i], encoded.Words[i]))];

    private int[] Ids(string text, EncodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. _pipeline.Encode(Runes.WithoutLoneSurrogates(text), options).Ids];
    }
}
