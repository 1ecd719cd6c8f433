namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>
/// CAGrad's dual: the w on the simplex that minimizes g_w·g₀ + κ‖g_w‖, g_w = Σ wᵢgᵢ and g₀ their mean. At the optimum w also
/// minimizes ‖g_w + s g₀‖ for s = ‖g_w‖/κ, a smallest-norm problem; that one number s is what is searched for.
/// </summary>
internal static class ConflictAverse
{
    private const int MaxRounds = 100;

    /// <param name="gram">(K, K), finite.</param>
    /// <param name="radius">κ = c‖g₀‖, over 0.</param>
    /// <returns>w (K) and ‖g_w‖; a norm of 0 where the optimum is no direction.</returns>
    public static (double[] Weights, double Norm) Solve(double[,] gram, double radius)
    {
        var count = gram.GetLength(0);
        var mean = new double[count]; // gᵢ·g₀
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                mean[i] += gram[i, j] / count;
        var squared = mean.Average();
        var norms = Enumerable.Range(0, count).Select(i => Math.Sqrt(Math.Max(0, gram[i, i]))).ToArray();

        // The excess ln(‖g_w(t)‖/t) falls as t rises, and is 0 at the optimum's own norm t.
        (double[] Weights, double Norm, double Excess) At(double logT)
        {
            var t = Math.Exp(logT);
            var w = MinNorm.Solve(Shifted(gram, mean, squared, t / radius)).Coefficients;
            var norm = NormOf(gram, norms, w);
            return (w, norm, norm > 0 ? Math.Log(norm) - logT : double.NegativeInfinity);
        }

        var high = Math.Log(norms.Max());
        var low = Math.Log(norms.Where(norm => norm > 0).Min()) - 13; // a factor of 2e-6: below it rounding rules
        var (best, bottom) = (At(high), At(low));
        if (bottom.Excess <= 0) return (bottom.Weights, 0);
        var (lowExcess, highExcess, side) = (bottom.Excess, best.Excess, 0);
        for (var round = 0; round < MaxRounds && high - low > 1e-13 && highExcess < 0; round++)
        {
            // Regula falsi, Illinois variant; where the excess is not finite, halves.
            var at = double.IsFinite(highExcess) ? low + (high - low) * lowExcess / (lowExcess - highExcess) : (low + high) / 2;
            var found = At(at);
            best = found;
            if (Math.Abs(found.Excess) < 1e-12) break;
            if (found.Excess > 0)
            {
                (low, lowExcess) = (at, found.Excess);
                if (side > 0) highExcess /= 2;
                side = 1;
            }
            else
            {
                (high, highExcess) = (at, found.Excess);
                if (side < 0) lowExcess /= 2;
                side = -1;
            }
        }
        return (best.Weights, best.Norm);
    }

    /// <summary>‖Σ wᵢgᵢ‖; 0 where it is within rounding of zero.</summary>
    private static double NormOf(double[,] gram, double[] norms, double[] w)
    {
        var squared = UnitRows.Product(w, gram, w);
        var size = w.Zip(norms).Sum(pair => pair.First * pair.Second);
        return squared > 4e-16 * w.Length * size * size ? Math.Sqrt(squared) : 0;
    }

    /// <summary>The Gram matrix of gᵢ + s g₀.</summary>
    private static double[,] Shifted(double[,] gram, double[] mean, double squared, double s)
    {
        var count = mean.Length;
        var shifted = new double[count, count];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                shifted[i, j] = gram[i, j] + s * (mean[i] + mean[j]) + s * s * squared;
        return shifted;
    }
}
