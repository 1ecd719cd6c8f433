namespace MtlStudio.Core.Tokenizers.Unicode;

/// <summary>The script of a code point, as a number that only serves to tell scripts apart.</summary>
internal static class Scripts
{
    /// <summary>No script: joins whatever it stands with.</summary>
    public const int None = -1;

    private static readonly (int First, int Last, int Script)[] Ranges = Read();

    public static int Of(int codePoint)
    {
        int low = 0, high = Ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < Ranges[middle].First) high = middle - 1;
            else if (codePoint > Ranges[middle].Last) low = middle + 1;
            else return Ranges[middle].Script;
        }
        return None;
    }

    private static (int First, int Last, int Script)[] Read()
    {
        Dictionary<string, int> numbers = [];
        List<(int First, int Last, int Script)> ranges = [];
        foreach (var line in ScriptData.Ranges.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var script = numbers.TryGetValue(line[..colon], out var known) ? known : numbers[line[..colon]] = numbers.Count;
            ranges.AddRange(RuneRanges.Parse(line[(colon + 1)..]).Ranges.Select(range => (range.First, range.Last, script)));
        }
        return [.. ranges.Order()];
    }
}
