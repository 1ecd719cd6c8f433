using System.Globalization;
using System.Text;
using MtlStudio.Core.Tokenizers.SentencePiece;
using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>SentencePiece's rules as Hugging Face's library applies them: to whole graphemes of less than six bytes, else to single characters,
/// and always by the shortest rule that fits the beginning.</summary>
internal sealed class PrecompiledNormalizer(Charsmap rules) : INormalizer
{
    private const int LongestGrapheme = 5; // bytes

    public AlignedText Normalize(AlignedText text, bool continues)
    {
        List<Rewrite> rewrites = new(text.Length);
        var changed = false;
        var rest = text.Span;
        Span<byte> bytes = stackalloc byte[LongestGrapheme];
        while (!rest.IsEmpty)
        {
            var grapheme = rest[..StringInfo.GetNextTextElementLength(rest)];
            rest = rest[grapheme.Length..];
            if (Encoding.UTF8.TryGetBytes(grapheme, bytes, out var length) && rules.Shortest(bytes[..length]) is { } whole)
            {
                Replace(rewrites, Runes.Count(grapheme), whole);
                changed = true;
                continue;
            }
            for (var at = 0; at < grapheme.Length;)
            {
                var codePoint = Runes.At(grapheme, at, out var units);
                _ = Encoding.UTF8.TryGetBytes(grapheme.Slice(at, units), bytes, out length);
                at += units;
                if (rules.Shortest(bytes[..length]) is { } part)
                {
                    Replace(rewrites, 1, part);
                    changed = true;
                }
                else rewrites.Add(new(codePoint, 0));
            }
        }
        return changed ? AlignedTextBuilder.Transform(text, rewrites) : text;
    }

    private static void Replace(List<Rewrite> rewrites, int oldCount, string content)
    {
        var newCount = 0;
        for (var at = 0; at < content.Length; newCount++)
        {
            rewrites.Add(new(Runes.At(content, at, out var units), 0));
            at += units;
        }
        // What is more than before was inserted; what is less is removed behind the last one.
        for (var i = 1; i <= newCount - oldCount; i++) rewrites[^i] = rewrites[^i] with { Change = 1 };
        if (newCount < oldCount && rewrites.Count > 0) rewrites[^1] = rewrites[^1] with { Change = rewrites[^1].Change + newCount - oldCount };
    }
}
