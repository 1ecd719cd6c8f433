using System.Buffers;
using MtlStudio.Core.Tokenizers.Models;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>SentencePiece's BPE: of all neighbours whose joined text is a piece, those of the best score merge first, the leftmost first
/// among equals. Scores are turned into ranks once, and the merging is that of any BPE.</summary>
internal sealed class ScoredBpe : IPieceSegmenter
{
    private readonly MergeTable _merges;
    private readonly Dictionary<string, int> _symbols; // pieces, and behind them single characters that only occur inside pieces
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private readonly UserSymbols _frozen;
    private readonly int _pieces;
    private readonly char? _wordSign;
    private readonly WordCache _cache = new();

    public ScoredBpe(SentencePieceModel model, UserSymbols frozen)
    {
        _frozen = frozen;
        _pieces = model.Pieces.Count;
        _symbols = new(StringComparer.Ordinal);
        for (var id = 0; id < _pieces; id++)
            if (model.Pieces[id].Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused) _symbols.TryAdd(model.Pieces[id].Text, id);
        _spans = _symbols.GetAlternateLookup<ReadOnlySpan<char>>();
        var whole = _symbols.ToList();
        Dictionary<float, int> ranks = whole.Select(s => model.Pieces[s.Value].Score).Distinct().OrderDescending().Select((score, rank) => (score, rank))
            .ToDictionary(pair => pair.score, pair => pair.rank);
        List<(int Left, int Right, int Rank, int Result)> merges = [];
        foreach (var (text, id) in whole)
        {
            if (model.Pieces[id].Type == PieceType.UserDefined) continue;
            for (var at = 0; at < text.Length;)
            {
                _ = Runes.At(text, at, out var length);
                at += length;
                if (at < text.Length && Symbol(text[..at]) is { } left && Symbol(text[at..]) is { } right)
                    merges.Add((left, right, ranks[model.Pieces[id].Score], id));
            }
        }
        _merges = new(merges);
        var sign = model.EscapeWhitespaces ? '\u2581' : ' ';
        // Nothing merges across the start of a word: long texts can go word by word.
        if (!model.TreatWhitespaceAsSuffix && whole.TrueForAll(s => s.Key.AsSpan().TrimStart(sign).IndexOf(sign) < 0)) _wordSign = sign;
    }

    public List<Segment> Divide(string text)
    {
        List<Segment> segments = new(text.Length / 3 + 1);
        var at = 0;
        while (at < text.Length)
        {
            var (found, length, id) = _frozen.Next(text, at);
            Words(text, at, found, segments);
            if (length > 0) segments.Add(new(id, found, found + length));
            at = found + length;
        }
        return segments;
    }

    /// <summary>The symbol for a text: a piece, or a single character that is none.</summary>
    private int? Symbol(string text)
    {
        if (_symbols.TryGetValue(text, out var id)) return id;
        if (Runes.Count(text) > 1) return null;
        return _symbols[text] = _pieces + _symbols.Count;
    }

    private void Words(string text, int from, int to, List<Segment> segments)
    {
        while (from < to)
        {
            var end = to;
            if (_wordSign is { } sign)
            {
                var rest = text.AsSpan(from, to - from);
                var inner = rest.IndexOfAnyExcept(sign);
                var next = inner < 0 ? -1 : rest[inner..].IndexOf(sign);
                if (next >= 0) end = from + inner + next;
            }
            var tokens = Word(text.AsSpan(from, end - from));
            for (var i = 0; i < tokens.Ids.Length; i++)
                segments.Add(new(tokens.Ids[i] < _pieces ? tokens.Ids[i] : -1, from + tokens.Starts[i], from + tokens.Ends[i]));
            from = end;
        }
    }

    /// <summary>Offsets here are in UTF-16 units.</summary>
    private WordTokens Word(ReadOnlySpan<char> word)
    {
        if (_cache.Find(word) is { } known) return known;
        var rented = ArrayPool<int>.Shared.Rent(word.Length * 2);
        var symbols = rented.AsSpan(0, word.Length);
        var lengths = rented.AsSpan(word.Length, word.Length);
        var count = 0;
        for (var at = 0; at < word.Length;)
        {
            _ = Runes.At(word, at, out var units);
            symbols[count] = _spans.TryGetValue(word.Slice(at, units), out var id) ? id : int.MaxValue;
            lengths[count++] = units;
            at += units;
        }
        count = PairMerger.Merge(_merges, symbols[..count], lengths[..count]);
        var tokens = WordTokens.Of(symbols[..count], lengths[..count]);
        ArrayPool<int>.Shared.Return(rented);
        _cache.Keep(word, tokens);
        return tokens;
    }
}
