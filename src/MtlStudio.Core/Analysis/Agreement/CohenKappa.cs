namespace MtlStudio.Core.Analysis;

/// <summary>How far apart two categories count.</summary>
public enum KappaWeights
{
    /// <summary>Any two different ones count the same.</summary>
    None,
    /// <summary>By |i − j|, for ordered categories.</summary>
    Linear,
    /// <summary>By (i − j)², for ordered categories.</summary>
    Quadratic,
}

/// <summary>Agreement of two raters beyond chance (Cohen 1960, weighted: Cohen 1968).</summary>
public static class CohenKappa
{
    /// <param name="first">(n): the first rater's category of each item, 0 to K − 1.</param>
    /// <param name="second">(n): the second rater's.</param>
    /// <param name="categories">K.</param>
    /// <param name="weights">How disagreements count.</param>
    /// <returns>1 is full agreement, 0 what chance gives; NaN without items, and where only one category occurs.</returns>
    public static double Of(IReadOnlyList<int> first, IReadOnlyList<int> second, int categories, KappaWeights weights = KappaWeights.None)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Count, first.Count);
        var observed = new double[categories, categories];
        var (rows, columns) = (new double[categories], new double[categories]);
        for (var i = 0; i < first.Count; i++)
        {
            observed[first[i], second[i]]++;
            rows[first[i]]++;
            columns[second[i]]++;
        }
        var (seen, expected) = (0.0, 0.0);
        for (var i = 0; i < categories; i++)
            for (var j = 0; j < categories; j++)
            {
                var weight = Weight(weights, i, j);
                seen += weight * observed[i, j];
                expected += weight * rows[i] * columns[j] / first.Count;
            }
        return expected > 0 ? 1 - seen / expected : double.NaN;
    }

    private static double Weight(KappaWeights weights, int i, int j) => weights switch
    {
        KappaWeights.Linear => Math.Abs(i - j),
        KappaWeights.Quadratic => (double)(i - j) * (i - j),
        _ => i == j ? 0 : 1,
    };
}
