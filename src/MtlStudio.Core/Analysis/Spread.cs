namespace MtlStudio.Core.Analysis;

/// <summary>Mean and standard deviation (n − 1) of a few values, as of one score over seeds.</summary>
/// <param name="Sd">NaN for fewer than two values.</param>
public readonly record struct Spread(double Mean, double Sd, int Count)
{
    public double StandardError => Sd / Math.Sqrt(Count);

    public static Spread Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return new(double.NaN, double.NaN, 0);
        var mean = values.Average();
        return new(mean, values.Count < 2 ? double.NaN : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), values.Count);
    }
}
