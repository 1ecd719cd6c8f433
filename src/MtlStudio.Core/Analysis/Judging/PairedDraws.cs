namespace MtlStudio.Core.Analysis;

/// <summary>Two models' scores of the whole set, and of each set that was drawn anew.</summary>
/// <param name="models">(resamples): the model's score.</param>
/// <param name="references">(resamples): its reference's score on the same examples.</param>
public sealed class PairedDraws(double[] models, double[] references)
{
    // A page asks for these again and again, and they never change.
    private readonly Lazy<double> standardError = new(() => Spread.Of([.. models.Where(double.IsFinite)]).Sd);
    private readonly double[] sorted = [.. models.Zip(references, (model, reference) => model - reference).Where(double.IsFinite).Order()];

    public required double Value { get; init; }
    public required double ReferenceValue { get; init; }
    public double Delta => Value - ReferenceValue;
    /// <summary>(seeds): the difference under each seed.</summary>
    public required IReadOnlyList<double> DeltaBySeed { get; init; }
    /// <summary>Examples of a seed (the fewest).</summary>
    public required int Examples { get; init; }
    public int Seeds => DeltaBySeed.Count;
    public bool IsFinite => double.IsFinite(Delta) && sorted.Length > 0;

    /// <summary>(resamples): each pair of scores.</summary>
    public ReadOnlySpan<double> Models => models;
    public ReadOnlySpan<double> References => references;

    /// <summary>The percentile interval of the difference.</summary>
    public (double Low, double High) Interval(double confidence) => Percentile.Interval(sorted, confidence);

    /// <summary>The standard deviation of the model's score over the resamples.</summary>
    public double StandardError => standardError.Value;

    /// <summary>Two-sided p of no difference, from the differences centred on the one observed: (1 + #{|d* − d| ≥ |d|}) / (1 + resamples).</summary>
    public double P
    {
        get
        {
            var size = Math.Abs(Delta) - 1e-12;
            if (size <= 0) return 1;
            // The two tails lie at the ends of what is sorted.
            return (1.0 + CountBelow(draw => Delta - draw >= size) + sorted.Length - CountBelow(draw => draw - Delta < size)) / (1 + sorted.Length);
        }
    }

    /// <summary>Share of the resamples whose difference is at most <paramref name="bound"/>, with one added to both counts.</summary>
    internal double ShareAtMost(double bound) => (1.0 + CountBelow(draw => draw <= bound)) / (1 + sorted.Length);

    /// <summary>Share of the resamples whose difference is at least <paramref name="bound"/>, with one added to both counts.</summary>
    internal double ShareAtLeast(double bound) => (1.0 + sorted.Length - CountBelow(draw => draw < bound)) / (1 + sorted.Length);

    /// <summary>How many of the sorted differences come first for which <paramref name="holds"/>; it holds up to some difference and not beyond.</summary>
    private int CountBelow(Func<double, bool> holds)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(sorted[middle])) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
