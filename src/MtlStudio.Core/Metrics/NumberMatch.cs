using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlStudio.Core.Metrics;

/// <summary>
/// 1 where the output's answer is a number of the same value as a reference's (Cobbe et al. 2021, GSM8K): the last number
/// after <c>####</c>, else the last number in the text; <c>$</c> and commas dropped; equal within 1e-9 of its size.
/// </summary>
internal static partial class NumberMatch
{
    private const string Number = @"(?:(?<![0-9.])[-+])?\$?(?:[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)";

    public static double Score(string output, IReadOnlyList<string> references) =>
        ValueOf(output) is { } value && references.Any(reference => ValueOf(reference) is { } right && AreEqual(value, right)) ? 1 : 0;

    /// <summary>The number a text answers with; null where it has none.</summary>
    public static double? ValueOf(string text)
    {
        var match = Marked().Matches(text).LastOrDefault()?.Groups[1] ?? (Group?)Any().Matches(text).LastOrDefault();
        return match is null ? null : double.Parse(match.Value.Replace("$", "").Replace(",", ""), CultureInfo.InvariantCulture);
    }

    private static bool AreEqual(double a, double b) => Math.Abs(a - b) <= 1e-9 * Math.Max(Math.Abs(a), Math.Abs(b));

    [GeneratedRegex(@"####[\s\x1c-\x1f]*(" + Number + ")")]
    private static partial Regex Marked();

    [GeneratedRegex(Number)]
    private static partial Regex Any();
}
