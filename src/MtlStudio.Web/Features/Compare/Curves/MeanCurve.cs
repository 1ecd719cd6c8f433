using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Compare.Curves;

/// <summary>Several seeds' curves as one: their mean, and the band from the lowest to the highest.</summary>
public static class MeanCurve
{
    /// <summary>The curve itself where there is one. Of several, at each place of the longest the mean of those that reach it, by straight lines between their points.</summary>
    /// <param name="curves">At least one; each with rising x.</param>
    public static Curve Of(IReadOnlyList<Curve> curves)
    {
        List<Curve> drawn = [.. curves.Where(curve => curve.X.Length > 0)];
        if (drawn.Count <= 1) return drawn.Count == 1 ? drawn[0] : curves[0];
        var grid = drawn.MaxBy(curve => curve.X[^1])!.X;
        double[] mean = new double[grid.Length], low = new double[grid.Length], high = new double[grid.Length];
        for (var i = 0; i < grid.Length; i++)
        {
            var (sum, count) = (0.0, 0);
            (low[i], high[i]) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var curve in drawn)
            {
                if (At(curve, grid[i]) is not { } y) continue;
                (sum, count) = (sum + y, count + 1);
                (low[i], high[i]) = (Math.Min(low[i], y), Math.Max(high[i], y));
            }
            mean[i] = count == 0 ? double.NaN : sum / count;
            if (count == 0) low[i] = high[i] = double.NaN;
        }
        return new(drawn[0].Series, drawn[0].Unit, grid, mean, new(grid, low, high));
    }

    /// <summary>Null outside the curve and beside a point that is not finite.</summary>
    private static double? At(Curve curve, double x)
    {
        // Half a percent beyond an end still is the end: draws differ a little by seed.
        var slack = 0.005 * (curve.X[^1] - curve.X[0]);
        if (x < curve.X[0] - slack || x > curve.X[^1] + slack) return null;
        var index = Array.BinarySearch(curve.X, x);
        if (index >= 0) return Finite(curve.Y[index]);
        index = ~index;
        if (index == 0) return Finite(curve.Y[0]);
        if (index == curve.X.Length) return Finite(curve.Y[^1]);
        var part = (x - curve.X[index - 1]) / (curve.X[index] - curve.X[index - 1]);
        return Finite(curve.Y[index - 1] + part * (curve.Y[index] - curve.Y[index - 1]));
    }

    private static double? Finite(double y) => double.IsFinite(y) ? y : null;
}
