using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Models;

/// <summary>BERT's WordPiece: the longest piece first, again and again; a word that can't be covered is one unknown token.</summary>
internal sealed class WordPieceModel(Vocabulary vocabulary, int unknownId, string continuingPrefix, int longestWord) : IModel
{
    private readonly WordCache _cache = new();

    public Vocabulary Vocabulary => vocabulary;

    public WordTokens Tokenize(ReadOnlySpan<char> word)
    {
        if (_cache.Find(word) is { } known) return known;
        var tokens = Cover(word) ?? WordTokens.Of([unknownId], [Runes.Utf8Length(word)]);
        _cache.Keep(word, tokens);
        return tokens;
    }

    private WordTokens? Cover(ReadOnlySpan<char> word)
    {
        if (Runes.Count(word) > longestWord) return null;
        List<int> ids = [], lengths = [];
        Span<char> buffer = new char[continuingPrefix.Length + word.Length];
        continuingPrefix.CopyTo(buffer);
        for (var from = 0; from < word.Length;)
        {
            var to = word.Length;
            var id = -1;
            while (to > from)
            {
                var part = word[from..to];
                if (from == 0) id = vocabulary.IdOf(part);
                else
                {
                    part.CopyTo(buffer[continuingPrefix.Length..]);
                    id = vocabulary.IdOf(buffer[..(continuingPrefix.Length + part.Length)]);
                }
                if (id >= 0) break;
                _ = Runes.Before(word, to, out var units);
                to -= units;
            }
            if (id < 0) return null;
            ids.Add(id);
            lengths.Add(Runes.Utf8Length(word[from..to]));
            from = to;
        }
        return WordTokens.Of([.. ids], [.. lengths]);
    }
}
