using System.Buffers;
using System.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>What a BPE model does beside merging.</summary>
/// <param name="UnknownId">For characters outside the vocabulary; null drops them.</param>
/// <param name="FuseUnknown">Neighbouring unknown characters are one token.</param>
/// <param name="ByteFallback">A character outside the vocabulary becomes its byte tokens, where all of them exist.</param>
/// <param name="IgnoreMerges">A word that is in the vocabulary is one token even where no merges lead to it.</param>
internal sealed record BpeOptions(
    int? UnknownId = null, bool FuseUnknown = false, bool ByteFallback = false, bool IgnoreMerges = false,
    string? ContinuingPrefix = null, string? EndSuffix = null);

/// <summary>Byte-pair encoding of one word (Sennrich et al. 2016). Dropout is a means of training and isn't applied.</summary>
internal sealed class BpeModel : IModel
{
    private readonly MergeTable _merges;
    private readonly BpeOptions _options;
    private readonly int[] _byteIds; // (256)
    private readonly WordCache _cache = new();
    private readonly char? _wordSign;

    public BpeModel(Vocabulary vocabulary, IReadOnlyList<(int Left, int Right, int Rank, int Result)> merges, BpeOptions options)
    {
        Vocabulary = vocabulary;
        _merges = new(merges);
        _options = options;
        _byteIds = options.ByteFallback ? vocabulary.ByteIds() : [];
        _wordSign = WordSign(vocabulary, options);
    }

    public Vocabulary Vocabulary { get; }

    public WordTokens Tokenize(ReadOnlySpan<char> word)
    {
        if (_options.IgnoreMerges && Vocabulary.IdOf(word) is >= 0 and var whole)
            return WordTokens.Of([whole], [Encoding.UTF8.GetByteCount(word)]);
        return _wordSign is { } sign && HasInnerWord(word, sign) ? TokenizeByWord(word, sign) : TokenizeWord(word);
    }

    /// <summary>▁, where no token holds it behind another character: then nothing merges across the start of a word, and a long text can
    /// go word by word with the same result.</summary>
    private static char? WordSign(Vocabulary vocabulary, BpeOptions options)
    {
        const char sign = '\u2581';
        if (options.ContinuingPrefix is not null || options.EndSuffix is not null || vocabulary.IdOf([sign]) < 0) return null;
        foreach (var (text, _) in vocabulary.Entries)
        {
            var at = text.LastIndexOf(sign);
            if (at > 0 && text[at - 1] != sign || at > 0 && text.AsSpan(0, at).ContainsAnyExcept(sign)) return null;
        }
        return sign;
    }

    private static bool HasInnerWord(ReadOnlySpan<char> word, char sign)
    {
        var first = word.IndexOfAnyExcept(sign);
        return first >= 0 && word[first..].Contains(sign);
    }

    private WordTokens TokenizeByWord(ReadOnlySpan<char> text, char sign)
    {
        List<int> ids = new(text.Length / 3);
        List<int> starts = new(text.Length / 3);
        List<int> ends = new(text.Length / 3);
        var offset = 0;
        while (!text.IsEmpty)
        {
            var inner = text.IndexOfAnyExcept(sign);
            var end = inner < 0 ? -1 : text[inner..].IndexOf(sign);
            var word = end < 0 ? text : text[..(inner + end)];
            text = text[word.Length..];
            var tokens = TokenizeWord(word);
            for (var i = 0; i < tokens.Ids.Length; i++)
            {
                ids.Add(tokens.Ids[i]);
                starts.Add(offset + tokens.Starts[i]);
                ends.Add(offset + tokens.Ends[i]);
            }
            offset += Encoding.UTF8.GetByteCount(word);
        }
        return new([.. ids], [.. starts], [.. ends]);
    }

    private WordTokens TokenizeWord(ReadOnlySpan<char> word)
    {
        if (_cache.Find(word) is { } known) return known;
        var capacity = word.Length * 3; // at most 3 bytes a unit
        var rented = ArrayPool<int>.Shared.Rent(capacity * 2);
        var symbols = rented.AsSpan(0, capacity);
        var lengths = rented.AsSpan(capacity, capacity);
        var count = Symbols(word, symbols, lengths);
        count = PairMerger.Merge(_merges, symbols[..count], lengths[..count]);
        var tokens = WordTokens.Of(symbols[..count], lengths[..count]);
        ArrayPool<int>.Shared.Return(rented);
        _cache.Keep(word, tokens);
        return tokens;
    }

    /// <summary>Writes the word's characters as symbols, with their lengths in bytes.</summary>
    private int Symbols(ReadOnlySpan<char> word, Span<int> symbols, Span<int> lengths)
    {
        var count = 0;
        var unknown = 0; // bytes of an unknown token that waits to be written
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < word.Length;)
        {
            var codePoint = Runes.At(word, at, out var units);
            var length = Runes.Utf8Length(codePoint);
            var id = Lookup(word.Slice(at, units), first: at == 0, last: at + units == word.Length);
            at += units;
            if (id >= 0)
            {
                if (unknown > 0) (symbols[count], lengths[count++]) = (_options.UnknownId!.Value, unknown);
                unknown = 0;
                (symbols[count], lengths[count++]) = (id, length);
                continue;
            }
            if (_options.ByteFallback)
            {
                new Rune(codePoint).EncodeToUtf8(bytes);
                var all = true;
                foreach (var b in bytes[..length]) all &= _byteIds[b] >= 0;
                if (all)
                {
                    // A waiting unknown token stays waiting here, as in the reference.
                    foreach (var b in bytes[..length]) (symbols[count], lengths[count++]) = (_byteIds[b], 1);
                    continue;
                }
            }
            if (_options.UnknownId is not { } unknownId) continue;
            if (unknown > 0 && !_options.FuseUnknown)
            {
                (symbols[count], lengths[count++]) = (unknownId, unknown);
                unknown = 0;
            }
            unknown += length;
        }
        if (unknown > 0) (symbols[count], lengths[count++]) = (_options.UnknownId!.Value, unknown);
        return count;
    }

    private int Lookup(ReadOnlySpan<char> character, bool first, bool last)
    {
        var prefix = first ? null : _options.ContinuingPrefix;
        var suffix = last ? _options.EndSuffix : null;
        return Vocabulary.IdOf(prefix is null && suffix is null ? character : string.Concat(prefix, character, suffix));
    }
}
