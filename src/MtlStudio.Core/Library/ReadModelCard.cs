namespace MtlStudio.Core.Library;

/// <summary>A model folder's README.md: YAML front matter between two lines of three dashes, then Markdown (Hugging Face's model card).</summary>
public static class ReadModelCard
{
    private const int MaxLines = 500;

    /// <summary>The card's text without its front matter, or null where there is no card.</summary>
    public static string? Text(string folder)
    {
        var path = Path.Combine(folder, "README.md");
        if (!File.Exists(path)) return null;
        var lines = File.ReadLines(path).ToList();
        var end = lines is ["---", ..] ? lines.FindIndex(1, line => line.TrimEnd() == "---") : -1;
        return string.Join("\n", lines.Skip(end + 1)).Trim();
    }

    /// <summary>The card's first heading, or null.</summary>
    public static string? Title(string folder) =>
        Text(folder)?.Split('\n').FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim() is { Length: > 0 } title ? title : null;

    /// <summary>The value of <c>license</c> (or <c>license_name</c> where that is "other") in the front matter, or null.</summary>
    public static string? Licence(string folder)
    {
        var path = Path.Combine(folder, "README.md");
        if (!File.Exists(path)) return null;
        string? licence = null, name = null;
        using var lines = File.ReadLines(path).Take(MaxLines).GetEnumerator();
        if (!lines.MoveNext() || lines.Current.TrimEnd() != "---") return null;
        while (lines.MoveNext() && lines.Current.TrimEnd() != "---")
        {
            if (Value(lines.Current, "license:") is { } given) licence = given;
            if (Value(lines.Current, "license_name:") is { } named) name = named;
        }
        return licence == "other" ? name ?? licence : licence;
    }

    private static string? Value(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && line[key.Length..].Trim().Trim('"', '\'') is { Length: > 0 } value ? value : null;
}
