using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>Puts a string in the place of each match; it answers for the match's last character.</summary>
internal sealed class ReplaceNormalizer(IPattern pattern, string content) : INormalizer
{
    public AlignedText Normalize(AlignedText text, bool continues)
    {
        List<Stretch> stretches = [];
        pattern.Divide(text.Span, stretches);
        if (!stretches.Exists(s => s.IsMatch)) return text;
        var builder = new AlignedTextBuilder(text, text.Length + 16);
        foreach (var (from, to, isMatch) in stretches)
        {
            if (!isMatch)
            {
                builder.Copy(from, to);
                continue;
            }
            var last = to;
            if (to > 0)
            {
                _ = Runes.Before(text.Span, to, out var length);
                last -= length;
            }
            foreach (var unit in content) builder.Append(unit, last, to);
        }
        return builder.Build();
    }
}
