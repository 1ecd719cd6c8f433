namespace MtlStudio.Core.Analysis;

/// <summary>
/// Where a chart's axis ends so that a few far values do not flatten all others: Tukey's outer fences, three interquartile
/// ranges beyond the quartiles (Exploratory Data Analysis, 1977).
/// </summary>
/// <param name="Low">Values below it are outliers.</param>
/// <param name="High">Values above it are outliers.</param>
public sealed record OutlierFences(double Low, double High)
{
    /// <summary>Fewer values than this have no fences: their quartiles say too little.</summary>
    public const int FewestValues = 8;

    /// <summary>The fences, or null where nothing lies beyond them or too little is known.</summary>
    /// <param name="values">In any order; what is not finite does not count.</param>
    /// <param name="logarithmic">Fences on the logarithms, for an axis that shows these; values of 0 or less then do not count.</param>
    public static OutlierFences? Of(IEnumerable<double> values, bool logarithmic = false)
    {
        double[] sorted = [.. values.Where(value => double.IsFinite(value) && (!logarithmic || value > 0)).Select(value => logarithmic ? Math.Log(value) : value).Order()];
        if (sorted.Length < FewestValues) return null;
        var (first, third) = (Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        var (low, high) = (first - 3 * (third - first), third + 3 * (third - first));
        if (third == first || sorted[0] >= low && sorted[^1] <= high) return null;
        return logarithmic ? new(Math.Exp(low), Math.Exp(high)) : new(low, high);
    }

    /// <summary>By linear interpolation between the two nearest values.</summary>
    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + (sorted[below + 1] - sorted[below]) * (place - below);
    }
}
