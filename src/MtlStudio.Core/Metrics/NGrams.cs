namespace MtlStudio.Core.Metrics;

/// <summary>Counts of runs of n items.</summary>
internal static class NGrams
{
    /// <summary>How often each run of <paramref name="order"/> items occurs; items hold no blank.</summary>
    public static Dictionary<string, int> Count(IReadOnlyList<string> items, int order)
    {
        var counts = new Dictionary<string, int>();
        for (var i = 0; i + order <= items.Count; i++)
        {
            var key = order == 1 ? items[i] : string.Join(' ', Enumerable.Range(i, order).Select(j => items[j]));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        return counts;
    }

    /// <summary>Σ min(a, b) over the runs of both.</summary>
    public static int Overlap(Dictionary<string, int> a, Dictionary<string, int> b)
    {
        var sum = 0;
        foreach (var (key, count) in a)
            if (b.TryGetValue(key, out var other)) sum += Math.Min(count, other);
        return sum;
    }
}
