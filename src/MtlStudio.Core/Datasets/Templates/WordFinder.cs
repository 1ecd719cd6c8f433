namespace MtlStudio.Core.Datasets;

/// <summary>Where the words of a text stand.</summary>
internal static class WordFinder
{
    /// <summary>Runs of letters, digits and marks, and every other visible character by itself; what a span may begin or end at.</summary>
    public static IReadOnlyList<WordPlace> Words(string text) => Split(text, (before, here) => !IsPart(before) || !IsPart(here));

    /// <summary>What stands between white space.</summary>
    public static IReadOnlyList<WordPlace> Parts(string text) => Split(text, (_, _) => false);

    private static List<WordPlace> Split(string text, Func<char, char, bool> parted)
    {
        var places = new List<WordPlace>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || char.IsWhiteSpace(text[i]);
            if (start >= 0 && (ends || (!char.IsLowSurrogate(text[i]) && parted(text[i - 1], text[i]))))
            {
                places.Add(new(start, i));
                start = -1;
            }
            if (!ends && start < 0) start = i;
        }
        return places;
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
