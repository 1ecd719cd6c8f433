using System.Globalization;

namespace MtlStudio.Core.Tokenizers.Unicode;

/// <summary>Code points in UTF-16 text, and the character classes that the reference tokenizers use.</summary>
internal static class Runes
{
    public const char Replacement = '\uFFFD';

    /// <summary>The code point at <paramref name="at"/>; <paramref name="length"/> is 1 or 2 units. The text holds no lone surrogates.</summary>
    public static int At(ReadOnlySpan<char> text, int at, out int length)
    {
        var unit = text[at];
        if (char.IsHighSurrogate(unit) && at + 1 < text.Length)
        {
            length = 2;
            return char.ConvertToUtf32(unit, text[at + 1]);
        }
        length = 1;
        return unit;
    }

    /// <summary>The code point that ends before <paramref name="at"/>.</summary>
    public static int Before(ReadOnlySpan<char> text, int at, out int length)
    {
        var unit = text[at - 1];
        if (char.IsLowSurrogate(unit) && at >= 2)
        {
            length = 2;
            return char.ConvertToUtf32(text[at - 2], unit);
        }
        length = 1;
        return unit;
    }

    public static int Utf8Length(int codePoint) => codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

    public static int Utf8Length(ReadOnlySpan<char> text) => System.Text.Encoding.UTF8.GetByteCount(text);

    /// <summary>How many code points <paramref name="text"/> holds.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        foreach (var unit in text)
            if (char.IsLowSurrogate(unit)) count--;
        return count;
    }

    /// <summary>The Unicode property White_Space, 25 code points.</summary>
    public static bool IsWhiteSpace(int codePoint) => codePoint < 0x10000 && char.IsWhiteSpace((char)codePoint);

    /// <summary>General category N.</summary>
    public static bool IsNumeric(int codePoint) => codePoint < 0x80
        ? codePoint is >= '0' and <= '9'
        : CharUnicodeInfo.GetUnicodeCategory(codePoint) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber || codePoint is >= 0x11DE0 and <= 0x11DE9 or >= 0x16FF4 and <= 0x16FF6; // Unicode 17

    public static bool IsAsciiPunctuation(int codePoint) =>
        codePoint is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126;

    /// <summary>ASCII punctuation and symbols, and what Unicode 8 called punctuation.</summary>
    public static bool IsPunctuation(int codePoint) =>
        codePoint < 0x80 ? IsAsciiPunctuation(codePoint) : OlderUnicode.Punctuation.Contains(codePoint);

    /// <summary>\w of UTS 18: alphabetic, marks, decimal digits, connectors and joiners.</summary>
    public static bool IsWord(int codePoint)
    {
        if (codePoint < 0x80) return char.IsAsciiLetterOrDigit((char)codePoint) || codePoint == '_';
        return CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            <= UnicodeCategory.LetterNumber => true, // L, M, Nd, Nl
            UnicodeCategory.ConnectorPunctuation => true,
            UnicodeCategory.OtherSymbol => IsCircledLetter(codePoint),
            _ => codePoint is 0x200C or 0x200D,
        };
    }

    /// <summary>Symbols that are alphabetic all the same: circled and squared Latin letters.</summary>
    public static bool IsCircledLetter(int codePoint) =>
        codePoint is >= 0x24B6 and <= 0x24E9 or >= 0x1F130 and <= 0x1F149 or >= 0x1F150 and <= 0x1F169 or >= 0x1F170 and <= 0x1F189;

    /// <summary>Replaces lone surrogates by U+FFFD, one for one, so that lengths stay.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0) return text;
        char[]? mended = null;
        for (; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                at++;
                continue;
            }
            mended ??= text.ToCharArray();
            mended[at] = Replacement;
        }
        return mended is null ? text : new string(mended);
    }
}
