namespace MtlStudio.Core.Analysis;

/// <summary>The score interval of a share (Wilson 1927): keeps its coverage for few votes and for shares near 0 and 1.</summary>
public static class WilsonInterval
{
    /// <param name="wins">0 to <paramref name="count"/>; halves are allowed.</param>
    /// <param name="count">Votes; above 0.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    /// <returns>Low and high, both from 0 to 1.</returns>
    public static (double Low, double High) Of(double wins, double count, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(wins);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wins, count);
        var z = NormalQuantile.Of(0.5 + confidence / 2);
        var share = wins / count;
        var denominator = 1 + z * z / count;
        var center = (share + z * z / (2 * count)) / denominator;
        var half = z / denominator * Math.Sqrt(share * (1 - share) / count + z * z / (4 * count * count));
        // At the ends rounding may leave it a little outside.
        return (wins == 0 ? 0 : Math.Max(0, center - half), wins == count ? 1 : Math.Min(1, center + half));
    }
}
