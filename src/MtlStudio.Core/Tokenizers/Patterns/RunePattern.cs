using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Patterns;

/// <summary>Each code point that passes a test is a match of its own.</summary>
internal sealed class RunePattern(Func<int, bool> test) : IPattern
{
    public void Divide(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        if (text.IsEmpty)
        {
            stretches.Add(new(0, 0, false));
            return;
        }
        var last = 0;
        for (var at = 0; at < text.Length;)
        {
            var codePoint = Runes.At(text, at, out var length);
            if (test(codePoint))
            {
                if (last < at) stretches.Add(new(last, at, false));
                stretches.Add(new(at, at + length, true));
                last = at + length;
            }
            at += length;
        }
        if (last < text.Length) stretches.Add(new(last, text.Length, false));
    }
}
