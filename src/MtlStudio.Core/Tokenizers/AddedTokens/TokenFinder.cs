using System.Buffers;
using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.AddedTokens;

/// <summary>Cuts added tokens out of a text: the leftmost match, of those the longest.</summary>
internal sealed class TokenFinder
{
    private sealed class Node
    {
        public Dictionary<char, Node> Next { get; } = [];

        public AddedToken? Token { get; set; }
    }

    private readonly Node _root = new();
    private readonly SearchValues<char> _first;

    /// <param name="tokens">Each with the content to look for; the first of equal contents counts.</param>
    public TokenFinder(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        foreach (var (content, token) in tokens)
        {
            if (content.Length == 0) continue;
            var node = _root;
            foreach (var unit in content)
            {
                if (!node.Next.TryGetValue(unit, out var next)) node.Next[unit] = next = new();
                node = next;
            }
            node.Token ??= token;
        }
        _first = SearchValues.Create([.. _root.Next.Keys]);
    }

    /// <summary>Adds the pieces of <paramref name="text"/>, none of them empty.</summary>
    public void Split(AlignedText text, List<Piece> pieces)
    {
        var span = text.Span;
        var done = 0;
        var from = 0;
        while (_root.Next.Count > 0 && from < span.Length)
        {
            var found = span[from..].IndexOfAny(_first);
            if (found < 0) break;
            from += found;
            if (Longest(span, from, out var end) is not { } token)
            {
                from++;
                continue;
            }
            var (start, stop) = (from, end);
            from = end;
            if (token.SingleWord && (IsWordBefore(span, start) || IsWordAt(span, stop))) continue;
            if (token.StripLeft)
            {
                while (start > done && Runes.IsWhiteSpace(span[start - 1])) start--;
            }
            if (token.StripRight)
                while (stop < span.Length && Runes.IsWhiteSpace(span[stop])) stop++;
            if (done < start) pieces.Add(new(text, done, start));
            pieces.Add(new(text, start, stop, token.Id));
            done = stop;
        }
        if (done < span.Length) pieces.Add(new(text, done, span.Length));
    }

    private AddedToken? Longest(ReadOnlySpan<char> text, int from, out int end)
    {
        AddedToken? best = null;
        end = from;
        var node = _root;
        for (var at = from; at < text.Length && node.Next.TryGetValue(text[at], out var next); at++)
        {
            node = next;
            if (node.Token is null) continue;
            best = node.Token;
            end = at + 1;
        }
        return best;
    }

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at) => at > 0 && Runes.IsWord(Runes.Before(text, at, out _));

    private static bool IsWordAt(ReadOnlySpan<char> text, int at) => at < text.Length && Runes.IsWord(Runes.At(text, at, out _));
}
