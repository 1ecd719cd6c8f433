namespace MtlStudio.Core.Sampling;

/// <summary>Whole numbers in proportion to counts that sum to a total: floors first, the rest to the largest remainders, ties to the lower index (Hamilton).</summary>
public static class LargestRemainder
{
    /// <param name="counts">At least one over 0.</param>
    /// <param name="total">What is to be shared out.</param>
    public static int[] Share(IReadOnlyList<int> counts, int total)
    {
        var all = counts.Sum(count => (long)count);
        var shares = counts.Select(count => (int)(count * (long)total / all)).ToArray();
        foreach (var k in Enumerable.Range(0, counts.Count).OrderByDescending(k => counts[k] * (long)total % all).ThenBy(k => k).Take(total - shares.Sum())) shares[k]++;
        return shares;
    }
}
