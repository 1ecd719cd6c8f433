using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>Splits pieces into smaller ones and may rewrite them. Pieces that are tokens pass unchanged; empty ones never arise.</summary>
internal interface IPreTokenizer
{
    /// <summary>It looks at where in the original a piece began, so that origins must be followed through normalizers.</summary>
    bool NeedsOrigins => false;

    /// <param name="pieces">Taken over.</param>
    /// <param name="continues">The text goes on where another ended: nothing is put before it.</param>
    List<Piece> Split(List<Piece> pieces, bool continues);
}
