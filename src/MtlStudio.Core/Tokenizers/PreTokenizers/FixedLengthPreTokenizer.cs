using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>Pieces of so many code points, the last of each text shorter.</summary>
internal sealed class FixedLengthPreTokenizer(int length) : IPreTokenizer
{
    public List<Piece> Split(List<Piece> pieces, bool continues)
    {
        List<Piece> output = [];
        foreach (var piece in pieces)
        {
            if (piece.Token >= 0)
            {
                output.Add(piece);
                continue;
            }
            for (var at = piece.From; at < piece.To;)
            {
                var from = at;
                for (var i = 0; i < length && at < piece.To; i++)
                {
                    _ = Runes.At(piece.Text.Span, at, out var units);
                    at += units;
                }
                output.Add(new(piece.Text, from, at));
            }
        }
        return output;
    }
}
