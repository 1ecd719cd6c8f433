namespace MtlStudio.Core.Runs;

/// <summary>Names for several runs at once.</summary>
public static class SharedName
{
    private static readonly char[] Separators = [',', '·', '-', '–', ':', ';', '/', '(', '#', '='];

    /// <summary>What the names of runs that differ in their seed have in common: of "study, equal, seed 1" and "study, equal, seed 2" it is
    /// "study, equal". The first name where they share no word.</summary>
    public static string Of(IReadOnlyList<string> names)
    {
        if (names.Distinct().Count() <= 1) return names[0];
        var words = names.Select(name => name.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var (before, after, shortest) = (InCommon(words), 0, words.Min(name => name.Length));
        while (before + after < shortest && words.All(name => name[^(after + 1)] == words[0][^(after + 1)])) after++;
        var head = words[0][..before];
        // What announced the seed goes with it.
        if (head is [.., var last] && last.Trim(Separators).Equals("seed", StringComparison.OrdinalIgnoreCase)) head = head[..^1];
        var start = string.Join(' ', head).TrimEnd([' ', .. Separators]);
        var end = string.Join(' ', words[0][^after..]).TrimStart([' ', .. Separators]);
        return (start, end) switch { ("", "") => names[0], (_, "") => start, ("", _) => end, _ => $"{start} {end}" };
    }

    /// <summary>The names without the words that all of them begin with: what tells them apart. As they are where one would be left without any.</summary>
    public static IReadOnlyList<string> Apart(IReadOnlyList<string> names)
    {
        if (names.Count < 2) return names;
        var words = names.Select(name => name.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var shared = InCommon(words);
        if (shared == 0) return names;
        List<string> rest = [.. words.Select(name => string.Join(' ', name[shared..]).TrimStart([' ', .. Separators]))];
        return rest.Contains("") ? names : rest;
    }

    /// <summary>How many words all of them begin with.</summary>
    private static int InCommon(IReadOnlyList<string[]> words)
    {
        var count = 0;
        while (count < words.Min(name => name.Length) && words.All(name => name[count] == words[0][count])) count++;
        return count;
    }
}
