using MtlStudio.Core.Tokenizers.Text;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Normalizers;

/// <summary>BERT's cleaning (Devlin et al. 2019): controls go and white space becomes spaces, Chinese characters get spaces around them,
/// accents go after NFD, lower case.</summary>
/// <param name="stripAccents">Null follows <paramref name="lowercase"/>.</param>
internal sealed class BertNormalizer(bool cleanText, bool chineseChars, bool? stripAccents, bool lowercase) : INormalizer
{
    private static readonly RuneNormalizer Clean = new(c => c switch
    {
        '\t' or '\n' or '\r' => ' ',
        0 or Runes.Replacement => RuneNormalizer.Removed,
        _ when c is < 0x20 or >= 0x7F && OlderUnicode.Controls.Contains(c) => RuneNormalizer.Removed,
        _ => Runes.IsWhiteSpace(c) ? ' ' : c,
    });

    private static readonly UnicodeNormalizer Nfd = new(compatible: false, compose: false);
    private static readonly RuneNormalizer Accents = new(c => c >= 0x300 && OlderUnicode.NonspacingMarks.Contains(c) ? RuneNormalizer.Removed : c);
    private static readonly LowercaseNormalizer Lower = new();

    public AlignedText Normalize(AlignedText text, bool continues)
    {
        if (cleanText) text = Clean.Normalize(text, continues);
        if (chineseChars) text = SpaceChinese(text);
        if (stripAccents ?? lowercase) text = Accents.Normalize(Nfd.Normalize(text, continues), continues);
        return lowercase ? Lower.Normalize(text, continues) : text;
    }

    private static AlignedText SpaceChinese(AlignedText text)
    {
        if (text.Span.IndexOfAnyExceptInRange('\0', '\u33FF') < 0) return text;
        var builder = new AlignedTextBuilder(text, text.Length * 2);
        var span = text.Span;
        for (var at = 0; at < span.Length;)
        {
            var codePoint = Runes.At(span, at, out var length);
            var chinese = IsChinese(codePoint);
            if (chinese) builder.Append(' ', at, at + length);
            builder.AppendRune(codePoint, at, at + length);
            if (chinese) builder.Append(' ', at, at + length);
            at += length;
        }
        return builder.Build();
    }

    /// <summary>The blocks of CJK ideographs that BERT lists; its second extension range begins at U+2B920, a slip that is kept.</summary>
    private static bool IsChinese(int c) => c is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF
        or >= 0x2A700 and <= 0x2B73F or >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
