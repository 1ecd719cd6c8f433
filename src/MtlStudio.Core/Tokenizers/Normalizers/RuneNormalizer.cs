using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Replaces or removes code points one by one, each standing for its own place in the original.</summary>
/// <param name="map">The code point to put instead; <see cref="Removed"/> for none.</param>
internal sealed class RuneNormalizer(Func<int, int> map) : INormalizer
{
    public const int Removed = -1;

    public AlignedText Normalize(AlignedText text, bool continues)
    {
        AlignedTextBuilder? builder = null;
        var span = text.Span;
        var kept = 0; // units before this are written
        for (var at = 0; at < span.Length;)
        {
            var codePoint = Runes.At(span, at, out var length);
            var to = map(codePoint);
            if (to != codePoint)
            {
                builder ??= new(text, span.Length);
                builder.Copy(kept, at);
                if (to != Removed) builder.AppendRune(to, at, at + length);
                kept = at + length;
            }
            at += length;
        }
        if (builder is null) return text;
        builder.Copy(kept, span.Length);
        return builder.Build();
    }
}
