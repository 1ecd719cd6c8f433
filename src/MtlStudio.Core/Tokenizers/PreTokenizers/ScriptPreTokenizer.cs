using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>Splits where the script changes (UnicodeScripts). What belongs to no script before the first that does is lost, as in the reference.</summary>
internal sealed class ScriptPreTokenizer : IPreTokenizer
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
            var last = Scripts.None;
            var from = -1;
            for (var at = piece.From; at < piece.To;)
            {
                var script = Scripts.Of(Runes.At(piece.Text.Span, at, out var units));
                if (script != Scripts.None && script != last)
                {
                    if (from >= 0) output.Add(new(piece.Text, from, at));
                    (from, last) = (at, script);
                }
                at += units;
            }
            if (from >= 0) output.Add(new(piece.Text, from, piece.To));
        }
        return output;
    }
}
