using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Writes each UTF-8 byte as its printable character.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues)
    {
        var builder = new AlignedTextBuilder(text, text.Length * 2);
        ByteAlphabet.Append(builder, text.Span, 0, text.Length);
        return builder.Build();
    }
}
