namespace MtlStudio.Core.Analysis;

/// <summary>Agreement beyond chance where every item has the same number of raters (Fleiss 1971).</summary>
public static class FleissKappa
{
    /// <param name="counts">(items, K): how many raters put the item into each category; every row sums to the same number, at least 2.</param>
    /// <returns>1 is full agreement, 0 what chance gives; NaN without items, and where only one category occurs.</returns>
    public static double Of(IReadOnlyList<IReadOnlyList<int>> counts)
    {
        if (counts.Count == 0) return double.NaN;
        var raters = counts[0].Sum();
        ArgumentOutOfRangeException.ThrowIfLessThan(raters, 2, nameof(counts));
        var shares = new double[counts[0].Count];
        var agreement = 0.0;
        foreach (var row in counts)
        {
            if (row.Sum() != raters) throw new ArgumentException("Every item needs the same number of raters", nameof(counts));
            for (var k = 0; k < shares.Length; k++) shares[k] += (double)row[k] / raters / counts.Count;
            agreement += row.Sum(count => (double)count * (count - 1)) / (raters * (raters - 1.0)) / counts.Count;
        }
        if (shares.Count(share => share > 0) < 2) return double.NaN;
        var chance = shares.Sum(share => share * share);
        return (agreement - chance) / (1 - chance);
    }
}
