using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>One after the other.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> parts) : IPreTokenizer
{
    public bool NeedsOrigins => parts.Any(part => part.NeedsOrigins);

    public List<Piece> Split(List<Piece> pieces, bool continues)
    {
        foreach (var part in parts) pieces = part.Split(pieces, continues);
        return pieces;
    }
}
