namespace MtlStudio.Core.Tokenizers.Patterns;

/// <summary>Matches one string, exactly.</summary>
internal sealed class LiteralPattern(string literal) : IPattern
{
    public void Divide(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        if (text.IsEmpty)
        {
            stretches.Add(new(0, 0, false));
            return;
        }
        var at = 0;
        while (at < text.Length)
        {
            var found = literal.Length == 0 ? -1 : text[at..].IndexOf(literal, StringComparison.Ordinal);
            if (found < 0) break;
            if (found > 0) stretches.Add(new(at, at + found, false));
            at += found;
            stretches.Add(new(at, at + literal.Length, true));
            at += literal.Length;
        }
        if (at < text.Length) stretches.Add(new(at, text.Length, false));
    }
}
