using MtlStudio.Core.Tokenizers.Normalizers;
using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>GPT-2's splitting (Radford et al. 2019), then each UTF-8 byte as its printable character.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    /// <summary>GPT-2's split pattern.</summary>
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly RegexPattern Words = new(Gpt2Pattern);

    public List<Piece> Split(List<Piece> pieces, bool continues)
    {
        List<Piece> split = new(pieces.Count * 2);
        List<Stretch> stretches = [];
        foreach (var original in pieces)
        {
            if (original.Token >= 0)
            {
                split.Add(original);
                continue;
            }
            var piece = original;
            if (addPrefixSpace && !continues && piece.Span[0] != ' ')
            {
                var text = PrependNormalizer.Prepend(piece.ToText(), " ");
                piece = new(text, 0, text.Length);
            }
            if (!useRegex)
            {
                split.Add(piece);
                continue;
            }
            stretches.Clear();
            Words.Divide(piece.Span, stretches);
            PatternPreTokenizer.Add(piece, stretches, SplitBehavior.Isolated, split);
        }
        return ToBytes(split);
    }

    /// <summary>Pieces of one text become pieces of one new text, written once.</summary>
    private static List<Piece> ToBytes(List<Piece> pieces)
    {
        for (var i = 0; i < pieces.Count;)
        {
            var text = pieces[i].Text;
            var end = i;
            var units = 0;
            for (; end < pieces.Count && ReferenceEquals(pieces[end].Text, text); end++) units += pieces[end].To - pieces[end].From;
            var builder = new AlignedTextBuilder(text, units + units / 4);
            var starts = new int[end - i + 1];
            for (var j = i; j < end; j++)
            {
                if (pieces[j].Token < 0) ByteAlphabet.Append(builder, text.Span, pieces[j].From, pieces[j].To);
                starts[j - i + 1] = builder.Length;
            }
            var written = builder.Build();
            for (var j = i; j < end; j++)
                if (pieces[j].Token < 0) pieces[j] = new(written, starts[j - i], starts[j - i + 1]);
            i = end;
        }
        return pieces;
    }
}
