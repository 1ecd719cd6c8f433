namespace MtlStudio.Core.Analysis;

/// <summary>Moving averages for curves, applied before downsampling. Values that are not finite pass through and do not count.</summary>
public static class Smoothing
{
    /// <summary>TensorBoard's exponential moving average by index, debiased by 1 − wⁿ; a constant curve stays as it is.</summary>
    /// <param name="y">(n): the values in order.</param>
    /// <param name="weight">0 (none) up to, but not, 1.</param>
    /// <returns>(n).</returns>
    public static double[] Ema(ReadOnlySpan<double> y, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(weight, 1);
        var smooth = y.ToArray();
        if (y.Length == 0 || !y.ContainsAnyExcept(y[0])) return smooth;
        var (last, decay) = (0.0, 1.0);
        for (var i = 0; i < smooth.Length; i++)
        {
            if (!double.IsFinite(smooth[i])) continue;
            last = last * weight + (1 - weight) * smooth[i];
            decay *= weight;
            smooth[i] = last / (1 - decay);
        }
        return smooth;
    }

    /// <summary>The time-weighted average of Weights &amp; Biases: what lies farther back on the x axis counts less, so uneven spacing
    /// does not change the look. Weight min(√s, 0.999), to the power of (Δx/whole width)·1000.</summary>
    /// <param name="x">(n): rising positions.</param>
    /// <param name="y">(n): values.</param>
    /// <param name="smoothing">s, 0 (none) to 1.</param>
    /// <returns>(n).</returns>
    public static double[] TimeWeighted(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double smoothing)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(smoothing);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(smoothing, 1);
        var smooth = y.ToArray();
        if (smooth.Length < 2 || x[^1] == x[0]) return smooth;
        var weight = Math.Min(Math.Sqrt(smoothing), 0.999);
        var scale = 1000 / (x[^1] - x[0]);
        var (sum, count, before) = (0.0, 0.0, double.NaN);
        for (var i = 0; i < smooth.Length; i++)
        {
            if (!double.IsFinite(smooth[i])) continue;
            var kept = double.IsNaN(before) ? 0 : Math.Pow(weight, (x[i] - before) * scale);
            sum = sum * kept + smooth[i];
            count = count * kept + 1;
            smooth[i] = sum / count;
            before = x[i];
        }
        return smooth;
    }
}
