using MtlStudio.Core.Tokenizers.Normalizers;
using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Text;

namespace MtlStudio.Core.Tokenizers.PreTokenizers;

/// <summary>When Metaspace puts its sign before a piece that doesn't begin with one.</summary>
internal enum PrependScheme
{
    Always,

    /// <summary>Only before the piece that begins the original text.</summary>
    First,

    Never,
}

/// <summary>Spaces become a visible sign (▁), which begins words.</summary>
internal sealed class MetaspacePreTokenizer(string replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly ReplaceNormalizer _replace = new(new LiteralPattern(" "), replacement);
    private readonly LiteralPattern _sign = new(replacement);

    public bool NeedsOrigins => scheme == PrependScheme.First;

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
            var text = Replaced(piece);
            var prepend = !continues && !text.Span.StartsWith(replacement, StringComparison.Ordinal)
                && (scheme == PrependScheme.Always || scheme == PrependScheme.First && piece.OriginalStart == 0);
            if (prepend) text = PrependNormalizer.Prepend(text, replacement);
            var whole = new Piece(text, 0, text.Length);
            if (!split)
            {
                output.Add(whole);
                continue;
            }
            stretches.Clear();
            _sign.Divide(text.Span, stretches);
            PatternPreTokenizer.Add(whole, stretches, SplitBehavior.MergedWithNext, output);
        }
        return output;
    }

    private AlignedText Replaced(Piece piece)
    {
        var text = piece.ToText();
        if (replacement.Length != 1) return _replace.Normalize(text, continues: false);
        if (text.Span.IndexOf(' ') < 0) return text;
        var builder = new AlignedTextBuilder(text, text.Length + 1);
        builder.Copy(0, text.Length);
        return builder.BuildReplacing(' ', replacement[0]);
    }
}
