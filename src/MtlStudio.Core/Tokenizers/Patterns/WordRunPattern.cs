using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Patterns;

/// <summary>Matches <c>\w+|[^\w\s]+</c> with the word characters of UTS 18.</summary>
internal sealed class WordRunPattern : IPattern
{
    private enum Kind { Space, Word, Sign }

    public void Divide(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        if (text.IsEmpty)
        {
            stretches.Add(new(0, 0, false));
            return;
        }
        var from = 0;
        var last = KindAt(text, 0, out var at);
        while (at < text.Length)
        {
            var kind = KindAt(text, at, out var length);
            if (kind != last)
            {
                stretches.Add(new(from, at, last != Kind.Space));
                (from, last) = (at, kind);
            }
            at += length;
        }
        stretches.Add(new(from, text.Length, last != Kind.Space));
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        var codePoint = Runes.At(text, at, out length);
        return Runes.IsWord(codePoint) ? Kind.Word : Runes.IsWhiteSpace(codePoint) ? Kind.Space : Kind.Sign;
    }
}
