using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>A file, and what its name says of it.</summary>
/// <param name="Index">Its place among the files that were given.</param>
/// <param name="Stem">The name without split, number of a part and ending; may be empty.</param>
/// <param name="Folder">The last folder of its name, or empty.</param>
/// <param name="Split">The split that the name speaks of, or null.</param>
internal sealed record NamedFile(int Index, DetectFile File, string Stem, string Folder, string? Split)
{
    public string Name => File.DisplayName;
    public string Extension => Path.GetExtension(Name).ToLowerInvariant();
}

/// <summary>Puts files together whose names say that they are splits, or parts, of one dataset.</summary>
internal static partial class FileGroups
{
    public static IReadOnlyList<IReadOnlyList<NamedFile>> Of(IReadOnlyList<DetectFile> files)
    {
        var groups = new List<List<NamedFile>>();
        foreach (var file in files.Select((file, index) => Read(file, index)))
        {
            var group = file.Split is null && !IsPart(file.Name) ? null : groups.FindLast(group => Belongs(file, group));
            if (group is null) groups.Add([file]);
            else group.Add(file);
        }
        return [.. groups.Select(InOrder)];
    }

    /// <summary>Training first, whatever order the files were named in.</summary>
    public static IReadOnlyList<NamedFile> InOrder(IEnumerable<NamedFile> files) => [.. files.OrderBy(file => Order(file.Split)).ThenBy(file => file.Name, StringComparer.Ordinal)];

    /// <summary>Training, rows to divide, validation, test.</summary>
    private static int Order(string? split) => split switch { SplitNames.Train => 0, null => 1, SplitNames.Validation => 2, _ => 3 };

    // The same name once more, from another folder that the names do not tell, begins another dataset.
    private static bool Belongs(NamedFile file, List<NamedFile> group) =>
        group[0].Folder == file.Folder && group[0].Stem.Equals(file.Stem, StringComparison.OrdinalIgnoreCase)
        && (group[0].Split is null) == (file.Split is null)
        && SameEnding(group[0].Extension, file.Extension)
        && group.All(other => other.Name != file.Name);

    private static bool SameEnding(string a, string b) => a == b || (SplitOfWord(a.TrimStart('.')) is not null && SplitOfWord(b.TrimStart('.')) is not null);

    /// <summary>What a file's name says of it.</summary>
    public static NamedFile Read(DetectFile file, int index)
    {
        var name = file.DisplayName.Replace('\\', '/');
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var leaf = parts.Length == 0 ? name : parts[^1];
        var ending = Path.GetExtension(leaf);
        // "pairs.txt.dev": here the ending is the split.
        var words = SplitOfWord(ending.TrimStart('.')) is not null ? leaf : Path.GetFileNameWithoutExtension(leaf);
        words = Part().Replace(words, "");
        var tokens = Word().Matches(words).Select(match => (match.Value, Split: SplitOfWord(match.Value), match.Index)).ToList();
        var split = tokens.LastOrDefault(token => token.Split is not null);
        var stem = split.Split is null ? words : words.Remove(split.Index, split.Value.Length);
        return new NamedFile(index, file, Separators().Replace(stem, "$1").Trim('-', '_', '.', ' '), parts.Length > 1 ? parts[^2] : "", split.Split);
    }

    private static string? SplitOfWord(string word) => word.Length == 0 ? null : SplitNames.Guess(word);

    private static bool IsPart(string name) => Part().IsMatch(Path.GetFileNameWithoutExtension(name));

    /// <summary>"train-00000-of-00003".</summary>
    [GeneratedRegex(@"[-_.]\d{1,6}-of-\d{1,6}(?=$|[-_.])")]
    private static partial Regex Part();

    [GeneratedRegex(@"[\p{L}]+")]
    private static partial Regex Word();

    /// <summary>What stood on both sides of the split.</summary>
    [GeneratedRegex(@"([-_. ])[-_. ]+")]
    private static partial Regex Separators();
}
