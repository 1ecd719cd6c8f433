using System.Runtime.InteropServices;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.AddedTokens;
using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.PreTokenizers;
using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Training;

/// <summary>Learns a byte-level BPE vocabulary (Sennrich et al. 2016; bytes after Radford et al. 2019): the most frequent pair of neighbours in the
/// words of a text becomes a token, again and again. Of equally frequent pairs that of the lower ids is taken, so that the same
/// texts in any order give the same vocabulary.</summary>
public sealed class ByteLevelBpeTrainer
{
    /// <summary>Words as Qwen 2 splits them: contractions, letters with one sign before them, single digits, signs, line ends, spaces.</summary>
    internal const string SplitPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly ByteLevelBpeOptions _options;
    private readonly string[] _special;
    private readonly TokenFinder _specialFinder;
    private readonly SequencePreTokenizer _splitter = new([new PatternPreTokenizer(new RegexPattern(SplitPattern), SplitBehavior.Isolated), new ByteLevelPreTokenizer(addPrefixSpace: false, useRegex: false)]);
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <exception cref="InvalidInputException">A size that holds no bytes, or special tokens that repeat or are too short.</exception>
    public ByteLevelBpeTrainer(ByteLevelBpeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _special = [options.EndOfText, options.Padding, .. options.MoreSpecialTokens];
        var least = 256 + _special.Length;
        List<FieldError> faults = [];
        if (options.VocabularySize < least)
            faults.Add(new("vocabularySize", $"Vocabulary size must be at least {least}, 256 bytes and {_special.Length} special tokens (you gave {options.VocabularySize})"));
        if (options.MinimumCount < 1) faults.Add(new("minimumCount", $"Minimum count must be at least 1 (you gave {options.MinimumCount})"));
        if (_special.Any(token => token is null or { Length: < 2 }) || _special.Distinct().Count() < _special.Length)
            faults.Add(new("specialTokens", $"Special tokens must differ and have at least 2 characters (you gave {string.Join(", ", _special)})"));
        if (faults.Count > 0) throw new InvalidInputException(faults);
        _specialFinder = new(_special.Select((content, id) => (content, new AddedToken(id, content, false, false, false, false, true))));
    }

    /// <summary>Counts the words of a text; special tokens in it aren't part of any word.</summary>
    public void Add(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<Piece> pieces = [];
        _specialFinder.Split(AlignedText.Of(Runes.WithoutLoneSurrogates(text), tracked: false), pieces);
        var words = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var piece in _splitter.Split(pieces, continues: false))
            if (piece.Token < 0) CollectionsMarshal.GetValueRefOrAddDefault(words, piece.Span, out _)++;
    }

    /// <summary>Learns from what was counted so far.</summary>
    /// <param name="cancellation">Looked at once a merge.</param>
    public LearnedVocabulary Learn(CancellationToken cancellation = default)
    {
        List<string> tokens = [.. _special];
        var byteIds = new int[ByteAlphabet.Characters.Max() + 1];
        foreach (var character in ByteAlphabet.Characters.Order())
        {
            byteIds[character] = tokens.Count;
            tokens.Add(character.ToString());
        }
        // Words in a fixed order: only counts matter, but a fixed order keeps every step repeatable.
        var pairs = new PairCounts(_counts.OrderBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => (word.Key.Select(character => byteIds[character]).ToArray(), word.Value)));
        var ids = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id, StringComparer.Ordinal);
        List<(string Left, string Right)> merges = [];
        while (tokens.Count < _options.VocabularySize && pairs.TakeBest(_options.MinimumCount) is var (left, right))
        {
            cancellation.ThrowIfCancellationRequested();
            var token = tokens[left] + tokens[right];
            // Two pairs may spell the same token.
            if (ids.TryAdd(token, tokens.Count)) tokens.Add(token);
            merges.Add((tokens[left], tokens[right]));
            pairs.Merge(left, right, ids[token]);
        }
        return new(tokens, merges);
    }

    /// <summary>Learns and writes tokenizer.json and tokenizer_config.json into a folder, for <see cref="Tokenizer.Load"/> and for
    /// Hugging Face's tokenizers and transformers.</summary>
    public LearnedVocabulary LearnInto(string folder, CancellationToken cancellation = default)
    {
        var learned = Learn(cancellation);
        TokenizerFiles.Write(folder, learned, _options, _special);
        return learned;
    }
}
