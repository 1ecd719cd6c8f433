using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeNormalizer(bool compatible, bool compose) : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues)
    {
        // Below this the form changes nothing: marks begin at U+0300, decompositions at U+00C0 and U+00A0.
        var stable = !compatible && compose ? '\u0300' : compatible ? '\u00A0' : '\u00C0';
        return text.Span.IndexOfAnyExceptInRange('\0', (char)(stable - 1)) < 0
            ? text
            : AlignedTextBuilder.Transform(text, NormalizationForm.Of(text.Span, compatible, compose));
    }
}
