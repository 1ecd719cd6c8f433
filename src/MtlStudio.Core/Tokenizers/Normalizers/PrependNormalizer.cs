using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Puts a string before every text that isn't empty; it answers for the text's first character.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues) => continues ? text : Prepend(text, prefix);

    public static AlignedText Prepend(AlignedText text, string prefix)
    {
        if (text.Length == 0) return text;
        _ = Runes.At(text.Span, 0, out var first);
        var builder = new AlignedTextBuilder(text, prefix.Length + text.Length);
        foreach (var unit in prefix) builder.Append(unit, 0, first);
        builder.Copy(0, text.Length);
        return builder.Build();
    }
}
