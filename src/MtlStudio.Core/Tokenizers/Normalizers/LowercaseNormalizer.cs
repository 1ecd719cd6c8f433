using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Lower case, character by character.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues)
    {
        var builder = new AlignedTextBuilder(text, text.Length + 8);
        var span = text.Span;
        for (var at = 0; at < span.Length;)
        {
            var codePoint = Runes.At(span, at, out var length);
            builder.AppendRune(Lowercase.Of(codePoint, out var second), at, at + length);
            if (second != 0) builder.AppendRune(second, at, at + length);
            at += length;
        }
        return builder.Build();
    }
}
