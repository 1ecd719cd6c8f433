using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>Splits at the matches of a pattern (Split, Whitespace, WhitespaceSplit, Punctuation, Digits, CharDelimiterSplit).</summary>
internal sealed class PatternPreTokenizer(IPattern pattern, SplitBehavior behavior) : IPreTokenizer
{
    public List<Piece> Split(List<Piece> pieces, bool continues)
    {
        List<Piece> output = new(pieces.Count * 2);
        List<Stretch> stretches = [];
        foreach (var piece in pieces)
        {
            if (piece.Token >= 0)
            {
                output.Add(piece);
                continue;
            }
            stretches.Clear();
            pattern.Divide(piece.Span, stretches);
            Add(piece, stretches, behavior, output);
        }
        return output;
    }

    /// <summary>Adds what <paramref name="behavior"/> makes of the stretches of one piece.</summary>
    public static void Add(Piece piece, List<Stretch> stretches, SplitBehavior behavior, List<Piece> output)
    {
        switch (behavior)
        {
            case SplitBehavior.MergedWithNext:
                for (var i = 0; i < stretches.Count; i++)
                {
                    // A match joins what follows, unless that is a match too.
                    var from = stretches[i].From;
                    if (stretches[i].IsMatch && i + 1 < stretches.Count && !stretches[i + 1].IsMatch) i++;
                    Push(from, stretches[i].To);
                }
                break;
            case SplitBehavior.MergedWithPrevious:
                for (var i = 0; i < stretches.Count; i++)
                {
                    var from = stretches[i].From;
                    if (!stretches[i].IsMatch && i + 1 < stretches.Count && stretches[i + 1].IsMatch) i++;
                    Push(from, stretches[i].To);
                }
                break;
            case SplitBehavior.Contiguous:
                for (var i = 0; i < stretches.Count; i++)
                {
                    var from = stretches[i].From;
                    while (i + 1 < stretches.Count && stretches[i + 1].IsMatch == stretches[i].IsMatch) i++;
                    Push(from, stretches[i].To);
                }
                break;
            default:
                foreach (var (from, to, isMatch) in stretches)
                    if (!(isMatch && behavior == SplitBehavior.Removed)) Push(from, to);
                break;
        }

        void Push(int from, int to)
        {
            if (from < to) output.Add(new(piece.Text, piece.From + from, piece.From + to));
        }
    }
}
