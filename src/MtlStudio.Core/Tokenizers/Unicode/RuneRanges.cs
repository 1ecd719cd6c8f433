using System.Globalization;

namespace MtlStudio.Core.Tokenizers.Unicode;

/// <summary>A set of code points as sorted, disjoint ranges.</summary>
internal sealed class RuneRanges
{
    private readonly int[] _first;
    private readonly int[] _last;

    public RuneRanges(IEnumerable<(int First, int Last)> ranges)
    {
        List<(int First, int Last)> merged = [];
        foreach (var (first, last) in ranges.Order())
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(last, merged[^1].Last));
            else
                merged.Add((first, last));
        }
        _first = [.. merged.Select(r => r.First)];
        _last = [.. merged.Select(r => r.Last)];
    }

    /// <summary>Reads <c>41-5a 5f</c>: hexadecimal code points and ranges, separated by white space or commas.</summary>
    public static RuneRanges Parse(string text) => new(
        text.Split([' ', '\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries).Select(word =>
        {
            var dash = word.IndexOf('-', StringComparison.Ordinal);
            var first = int.Parse(dash < 0 ? word : word[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (first, dash < 0 ? first : int.Parse(word[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }));

    public IEnumerable<(int First, int Last)> Ranges => _first.Zip(_last);

    public bool Contains(int codePoint)
    {
        var at = Array.BinarySearch(_first, codePoint);
        if (at >= 0) return true;
        at = ~at - 1;
        return at >= 0 && codePoint <= _last[at];
    }
}
