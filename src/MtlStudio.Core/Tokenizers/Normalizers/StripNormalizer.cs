using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Removes white space at the ends. White space is never beyond the basic plane.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues)
    {
        var span = text.Span;
        var from = 0;
        var to = span.Length;
        while (left && from < to && Runes.IsWhiteSpace(span[from])) from++;
        while (right && to > from && Runes.IsWhiteSpace(span[to - 1])) to--;
        if (from == 0 && to == span.Length) return text;
        var builder = new AlignedTextBuilder(text, to - from);
        builder.Copy(from, to);
        return builder.Build();
    }
}
