using System.Globalization;
using System.Text;

namespace MtlStudio.Core.Metrics;

/// <summary>SQuAD's normalization of answers (Rajpurkar et al. 2016): lower case, ASCII punctuation deleted, the words a, an
/// and the dropped, white space collapsed.</summary>
internal static class SquadText
{
    public static string Normalize(string text) => string.Join(' ', Words(text));

    /// <summary>The normalized answer's words.</summary>
    public static List<string> Words(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in PythonText.Lower(text))
            if (!(char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c))))
                kept.Append(c);
        return PythonText.Split(WithoutArticles(kept.ToString()));
    }

    /// <summary>The pattern <c>\b(a|an|the)\b</c> replaced by a blank: a whole run of word characters must be an article.</summary>
    private static string WithoutArticles(string text)
    {
        var result = new StringBuilder(text.Length);
        var run = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            if (IsWord(rune))
            {
                run.Append(rune.ToString());
            }
            else
            {
                Flush();
                result.Append(rune.ToString());
            }
        Flush();
        return result.ToString();

        void Flush()
        {
            var word = run.ToString();
            result.Append(word is "a" or "an" or "the" ? " " : word);
            run.Clear();
        }
    }

    /// <summary>Python's <c>\w</c> (the underscore is gone by then): letters and numbers, without marks.</summary>
    private static bool IsWord(Rune rune) => Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
