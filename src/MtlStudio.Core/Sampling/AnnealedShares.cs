namespace MtlStudio.Core.Sampling;

/// <summary>
/// Temperature sampling whose temperature runs in a straight line from one value to another and then stays: pₖ ∝ nₖ^(1/T(s)).
/// From high to low, small tasks are seen first; from low to high, last (as Stickland, Murray 2019 anneal their exponent).
/// </summary>
/// <param name="Start">T at step 0, at least 1.</param>
/// <param name="End">T from step <paramref name="Over"/> on.</param>
/// <param name="Over">Steps of the way.</param>
public sealed record AnnealedShares(double Start, double End, int Over)
{
    public double TemperatureAt(int step) => Start + (End - Start) * Math.Min(1, (double)step / Math.Max(1, Over));

    /// <summary>(K), sum 1.</summary>
    public double[] At(int step, IReadOnlyList<int> sizes) => SamplingShares.Temperature(sizes, TemperatureAt(step));
}
