using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is split.</summary>
internal interface INormalizer
{
    /// <param name="continues">The text goes on where another ended: nothing is put before it.</param>
    AlignedText Normalize(AlignedText text, bool continues);
}
