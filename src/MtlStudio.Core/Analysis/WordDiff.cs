using System.Text.RegularExpressions;

namespace MtlStudio.Core.Analysis;

/// <summary>A stretch of a text.</summary>
/// <param name="Same">True where the other text has these words too, in the same order.</param>
public readonly record struct DiffPart(string Text, bool Same);

/// <summary>
/// What two texts have in common, word by word: the longest common subsequence, by Myers' O(ND) search (1986). Words are runs of
/// letters, digits and marks; every other character but white space stands for itself; white space goes with what it follows.
/// </summary>
public static partial class WordDiff
{
    /// <summary>Texts that differ in more words than this are taken as wholly different after their common beginning and end.</summary>
    public const int MaxDifferences = 2000;

    /// <summary>Both texts in parts that are shared or not; the parts of each, joined, are the text.</summary>
    public static (IReadOnlyList<DiffPart> First, IReadOnlyList<DiffPart> Second) Of(string first, string second)
    {
        var (a, b) = (Words(first), Words(second));
        var (sameA, sameB) = Match(a, b);
        return (Parts(a, sameA), Parts(b, sameB));
    }

    /// <summary>1 − 2·(shared words)/(words of both): 0 for equal texts, 1 where they share nothing. Two texts without words are equal.</summary>
    public static double Distance(string first, string second)
    {
        if (first == second) return 0;
        var (a, b) = (Words(first), Words(second));
        return a.Count + b.Count == 0 ? 0 : 1 - 2.0 * Match(a, b).First.Count(same => same) / (a.Count + b.Count);
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var match in Word().EnumerateMatches(text)) words.Add(text.Substring(match.Index, match.Length));
        return words;
    }

    private static (bool[] First, bool[] Second) Match(List<string> a, List<string> b)
    {
        var (sameA, sameB) = (new bool[a.Count], new bool[b.Count]);
        var start = 0;
        while (start < a.Count && start < b.Count && Equal(a[start], b[start])) sameA[start] = sameB[start++] = true;
        var (endA, endB) = (a.Count, b.Count);
        while (endA > start && endB > start && Equal(a[endA - 1], b[endB - 1])) sameA[--endA] = sameB[--endB] = true;
        foreach (var (x, y) in Diagonals(a, b, start, endA, endB)) sameA[x] = sameB[y] = true;
        return (sameA, sameB);
    }

    /// <summary>The pairs of equal words on a shortest way from one text to the other.</summary>
    private static List<(int X, int Y)> Diagonals(List<string> a, List<string> b, int start, int endA, int endB)
    {
        var (n, m) = (endA - start, endB - start);
        var pairs = new List<(int, int)>();
        if (n == 0 || m == 0) return pairs;
        var limit = Math.Min(n + m, MaxDifferences);
        var reach = new int[2 * limit + 3];
        var middle = limit + 1;
        var steps = new List<int[]>();
        for (var d = 0; d <= limit; d++)
        {
            // Only the diagonals −d … d are needed again.
            steps.Add(reach[(middle - d - 1)..(middle + d + 2)]);
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || k != d && reach[middle + k - 1] < reach[middle + k + 1] ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
                while (x < n && x - k < m && Equal(a[start + x], b[start + x - k])) x++;
                reach[middle + k] = x;
                if (x < n || x - k < m) continue;
                Trace(d, k, x);
                return pairs;
            }
        }
        return pairs;

        void Trace(int d, int k, int x)
        {
            for (; d >= 0; d--)
            {
                var before = steps[d]; // index d + 1 is diagonal 0
                var down = k == -d || k != d && before[d + k] < before[d + k + 2];
                var from = down ? k + 1 : k - 1;
                var entered = d == 0 ? 0 : before[d + 1 + from];
                var place = d == 0 ? 0 : down ? entered : entered + 1;
                for (; x > place; x--) pairs.Add((start + x - 1, start + x - 1 - k));
                (k, x) = (from, entered);
            }
        }
    }

    private static List<DiffPart> Parts(List<string> words, bool[] same)
    {
        var parts = new List<DiffPart>();
        for (var i = 0; i < words.Count;)
        {
            var from = i;
            while (i < words.Count && same[i] == same[from]) i++;
            parts.Add(new(string.Concat(words[from..i]), same[from]));
        }
        return parts;
    }

    /// <summary>White space after a word is no difference.</summary>
    private static bool Equal(string a, string b) => a.AsSpan().TrimEnd().SequenceEqual(b.AsSpan().TrimEnd());

    [GeneratedRegex(@"^\s+|(?:[\p{L}\p{M}\p{N}]+|\S)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
