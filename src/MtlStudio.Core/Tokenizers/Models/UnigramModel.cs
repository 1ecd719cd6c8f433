using System.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>The unigram language model (Kudo 2018). A run of unknown characters is one token, or its bytes where byte fallback is on and the
/// vocabulary has them all.</summary>
internal sealed class UnigramModel : IModel
{
    /// <summary>An unknown character scores so much below the least likely piece.</summary>
    public const double UnknownPenalty = 10;

    private readonly int? _unknownId;
    private readonly int[]? _byteIds; // (256), null = no byte fallback
    private readonly BestSegmentation _best;
    private readonly WordCache _cache = new();

    /// <param name="pieces">By id, with log probabilities.</param>
    public UnigramModel(IReadOnlyList<(string Text, double Score)> pieces, int? unknownId, bool byteFallback)
    {
        Vocabulary = new(pieces.Select((piece, id) => KeyValuePair.Create(piece.Text, id)).GroupBy(piece => piece.Key).Select(group => group.Last()));
        _unknownId = unknownId;
        _byteIds = byteFallback ? Vocabulary.ByteIds() : null;
        var trie = new TextTrie();
        for (var id = 0; id < pieces.Count; id++) trie.Add(pieces[id].Text, id);
        double[] scores = [.. pieces.Select(piece => piece.Score)];
        _best = new(trie, (id, _) => scores[id], (scores.Length == 0 ? 0 : scores.Min()) - UnknownPenalty, single: false);
    }

    public Vocabulary Vocabulary { get; }

    public WordTokens Tokenize(ReadOnlySpan<char> word)
    {
        if (_cache.Find(word) is { } known) return known;
        List<(int Id, int From, int To)> segments = [];
        _best.Divide(word, segments);
        var output = new Output(segments.Count);
        for (var i = 0; i < segments.Count; i++)
        {
            var (id, from, to) = segments[i];
            if (!IsUnknown(id))
            {
                output.Add(id, Runes.Utf8Length(word[from..to]), null);
                continue;
            }
            while (i + 1 < segments.Count && IsUnknown(segments[i + 1].Id)) to = segments[++i].To;
            AddUnknown(word[from..to], output);
        }
        var tokens = output.Tokens();
        _cache.Keep(word, tokens);
        return tokens;
    }

    private bool IsUnknown(int id) => id == BestSegmentation.Unknown || id == _unknownId;

    private void AddUnknown(ReadOnlySpan<char> text, Output output)
    {
        var length = Runes.Utf8Length(text);
        if (Vocabulary.IdOf(text) is >= 0 and var whole)
        {
            output.Add(whole, length, null);
            return;
        }
        if (_byteIds is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (Array.TrueForAll(bytes, b => _byteIds[b] >= 0))
            {
                foreach (var b in bytes) output.AddShared(_byteIds[b], length);
                output.Advance(length);
                return;
            }
        }
        // Without an unknown token the characters are lost.
        if (_unknownId is { } unknown) output.Add(unknown, length, text.ToString());
        else output.Advance(length);
    }

    private sealed class Output(int capacity)
    {
        private readonly List<int> _ids = new(capacity);
        private readonly List<int> _starts = new(capacity);
        private readonly List<int> _ends = new(capacity);
        private readonly List<(int Index, string Text)> _texts = [];
        private int _at;

        public void Add(int id, int length, string? text)
        {
            if (text is not null) _texts.Add((_ids.Count, text));
            AddShared(id, length);
            Advance(length);
        }

        /// <summary>Adds a token over the next bytes without moving on.</summary>
        public void AddShared(int id, int length)
        {
            _ids.Add(id);
            _starts.Add(_at);
            _ends.Add(_at + length);
        }

        public void Advance(int length) => _at += length;

        public WordTokens Tokens()
        {
            string?[]? texts = _texts.Count == 0 ? null : new string?[_ids.Count];
            foreach (var (index, text) in _texts) texts![index] = text;
            return new([.. _ids], [.. _starts], [.. _ends], texts);
        }
    }
}
