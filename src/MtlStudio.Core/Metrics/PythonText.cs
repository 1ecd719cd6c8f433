using System.Globalization;
using System.Text;

namespace MtlStudio.Core.Metrics;

/// <summary>Text operations as Python defines them, since the reference implementations of the metrics are Python.</summary>
internal static class PythonText
{
    /// <summary>Python's str.isspace: .NET's white space and the four separators U+001C–U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary>str.strip().</summary>
    public static string Strip(string text)
    {
        int from = 0, to = text.Length;
        while (from < to && IsSpace(text[from])) from++;
        while (to > from && IsSpace(text[to - 1])) to--;
        return text[from..to];
    }

    /// <summary>str.rstrip().</summary>
    public static string StripEnd(string text)
    {
        var to = text.Length;
        while (to > 0 && IsSpace(text[to - 1])) to--;
        return text[..to];
    }

    /// <summary>str.split(): runs of white space separate; no empty parts.</summary>
    public static List<string> Split(string text)
    {
        var parts = new List<string>();
        var from = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !IsSpace(text[i]))
            {
                if (from < 0) from = i;
            }
            else if (from >= 0)
            {
                parts.Add(text[from..i]);
                from = -1;
            }
        }
        return parts;
    }

    /// <summary>str.lower(): the full mapping, which differs from the simple one for İ and for a Σ that ends a word.</summary>
    public static string Lower(string text)
    {
        if (!text.Contains('İ') && !text.Contains('Σ')) return text.ToLowerInvariant();
        var lower = new StringBuilder(text.Length + 2);
        for (var i = 0; i < text.Length; i++)
            if (text[i] == 'İ') lower.Append("i\u0307");
            else if (text[i] == 'Σ') lower.Append(EndsWord(text, i) ? 'ς' : 'σ');
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length) lower.Append(text.Substring(i++, 2).ToLowerInvariant());
            else lower.Append(char.ToLowerInvariant(text[i]));
        return lower.ToString();
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before, none after, case-ignorable characters apart.</summary>
    private static bool EndsWord(string text, int at)
    {
        var before = text.AsSpan(0, at);
        while (Rune.DecodeLastFromUtf16(before, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (!IsCaseIgnorable(rune))
            {
                if (!IsCased(rune)) return false;
                foreach (var next in text.AsSpan(at + 1).EnumerateRunes())
                    if (!IsCaseIgnorable(next)) return !IsCased(next);
                return true;
            }
            before = before[..^length];
        }
        return false;
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 'ª' or 'º';

    private static bool IsCaseIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or '·' or '\u0387' or '\u055f' or '\u05f4' or '\u2018' or '\u2019' or '\u2024' or '\u2027'
            or '\ufe13' or '\ufe52' or '\ufe55' or '\uff07' or '\uff0e' or '\uff1a';
}
