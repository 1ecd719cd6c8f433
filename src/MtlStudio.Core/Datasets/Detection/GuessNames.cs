using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Names that datasets and tasks may have: letters, digits, '.', '_' and '-', at most 64.</summary>
public static partial class GuessNames
{
    private const int Longest = 64;

    /// <summary>A name by the files' names, else their folder's, else what they are.</summary>
    internal static string Of(IReadOnlyList<NamedFile> files, string otherwise)
    {
        foreach (var given in new[] { files[0].Stem, files[0].Folder })
            if (Clean(given) is { Length: > 0 } name) return name;
        return otherwise;
    }

    /// <summary>A name made of any text; empty where nothing of it can stay.</summary>
    public static string Clean(string text)
    {
        var clean = Odd().Replace(text.Trim(), "-").Trim('-', '.', '_');
        return clean.Length <= Longest ? clean : clean[..Longest].TrimEnd('-', '.', '_');
    }

    /// <summary>Numbers after names that come more than once.</summary>
    public static IReadOnlyList<string> Unique(IReadOnlyList<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(name =>
        {
            var unique = name;
            for (var i = 2; !taken.Add(unique); i++) unique = $"{(name.Length > Longest - 4 ? name[..(Longest - 4)] : name)}-{i}";
            return unique;
        })];
    }

    [GeneratedRegex(@"[^\p{L}\p{Nd}._-]+")]
    private static partial Regex Odd();
}
