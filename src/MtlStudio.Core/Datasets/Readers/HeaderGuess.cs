using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets;

/// <summary>Whether the first row of delimited files names the columns.</summary>
internal static partial class HeaderGuess
{
    /// <param name="files">The first rows of each file.</param>
    /// <param name="byDefault">What holds where rows and names look alike (CSV usually has a header, TSV may not).</param>
    public static (bool Header, string Reason) Decide(IReadOnlyList<List<string[]>> files, bool byDefault)
    {
        var filled = files.Where(rows => rows.Count > 0).ToList();
        if (filled.Count == 0) return (false, "no header: there are no rows");
        if (filled.Count > 1 && filled.All(rows => rows[0].SequenceEqual(filled[0][0])) && WhyNoNames(filled[0][0]) is null)
            return (true, "a header: all files start with the same row");
        foreach (var rows in filled)
        {
            if (WhyNoNames(rows[0]) is { } why) return (false, $"no header: in the first row {why}");
            if (Repeated(rows) is { } repeated) return (false, $"no header: \"{repeated}\" of the first row is a value further down too");
        }
        if (filled.All(rows => StandsOut(rows))) return (true, "a header: the first row looks like names, and the rows below do not");
        return (byDefault, byDefault
            ? "a header: the first row could be names, as CSV usually has"
            : "no header: the first row looks like those below it");
    }

    /// <summary>Why a row cannot be column names, or null.</summary>
    private static string? WhyNoNames(string[] row)
    {
        var named = row.Where((cell, i) => i > 0 || cell.Length > 0).Select(cell => cell.Trim()).ToList();
        if (named.Count == 0 || named.Contains("")) return "a field is empty";
        if (named.FirstOrDefault(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) is { } number) return $"there is a number, {number}";
        return named.FirstOrDefault(cell => !Name().IsMatch(cell)) is { } odd ? $"\"{(odd.Length > 40 ? odd[..40] + "…" : odd)}\" is no name" : null;
    }

    private static string? Repeated(List<string[]> rows)
    {
        var first = rows[0];
        return rows.Skip(1).SelectMany(row => row.Take(first.Length).Where((cell, i) => cell.Length > 0 && cell == first[i])).FirstOrDefault();
    }

    /// <summary>In some column, most values below are nothing that could be a name (numbers, sentences).</summary>
    private static bool StandsOut(List<string[]> rows) =>
        rows.Count > 1 && Enumerable.Range(0, rows[0].Length).Any(column =>
        {
            var values = rows.Skip(1).Where(row => column < row.Length && row[column].Length > 0).Select(row => row[column].Trim()).ToList();
            return values.Count > 0 && values.Count(value => !Name().IsMatch(value)) * 2 > values.Count;
        });

    /// <summary>At most four short words without the punctuation of sentences.</summary>
    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{M}\p{N}_.\-/:#()\[\]%+]{0,59}( [\p{L}\p{N}_\-/()#%+]{1,30}){0,3}(?<![.!?:])$")]
    private static partial Regex Name();
}
