using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>One after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<INormalizer> parts) : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues)
    {
        foreach (var part in parts) text = part.Normalize(text, continues);
        return text;
    }
}
