using MtlStudio.Core.Tokenizers.Patterns.Oniguruma;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Patterns;

/// <summary>Matches of an Oniguruma pattern, over code points. .NET's own engine works on UTF-16 units, where \p{L} misses letters
/// beyond the basic plane and a negated class takes half of a pair.</summary>
internal sealed class RegexPattern : IPattern
{
    private readonly INode _root;

    /// <exception cref="PatternSyntaxException">Malformed or unsupported.</exception>
    public RegexPattern(string pattern) => _root = PatternCompiler.Compile(PatternParser.Parse(pattern), AcceptNode.Instance, pattern);

    public void Divide(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        if (text.IsEmpty)
        {
            stretches.Add(new(0, 0, false));
            return;
        }
        var last = 0; // end of the last match
        var matched = false;
        for (var at = 0; at <= text.Length;)
        {
            var end = _root.Match(text, at);
            // An empty match right behind another match doesn't count.
            if (end < 0 || end == at && matched && at == last)
            {
                if (at == text.Length) break;
                _ = Runes.At(text, at, out var step);
                at += step;
                continue;
            }
            if (last < at) stretches.Add(new(last, at, false));
            stretches.Add(new(at, end, true));
            last = end;
            matched = true;
            at = end;
        }
        if (last < text.Length) stretches.Add(new(last, text.Length, false));
    }
}
