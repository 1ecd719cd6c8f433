namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>
/// The point of smallest norm in the convex hull of K vectors, given only their Gram matrix: min αᵀGα over the simplex, by
/// an active set (Wolfe 1976). Systems are solved on unit-norm rows and scaled back, so that gradients of very different
/// size lose no digits.
/// </summary>
internal static class MinNorm
{
    /// <summary>Keeps the factorization regular where rows are parallel; refinement takes its effect out again.</summary>
    private const double Ridge = 1e-13;

    /// <param name="gram">(K, K), finite, K ≥ 1.</param>
    /// <returns>α (K) on the simplex, αᵀGα, and the rounding noise that αᵀGα carries: at or below it the norm counts as zero.</returns>
    public static (double[] Coefficients, double SquaredNorm, double Noise) Solve(double[,] gram)
    {
        var count = gram.GetLength(0);
        var norms = new double[count];
        for (var i = 0; i < count; i++) norms[i] = Math.Sqrt(Math.Max(gram[i, i], 0));
        if (norms.Contains(0)) return (EvenlyOverZeros(norms), 0, 0);

        var alpha = new double[count];
        var active = new List<int> { Array.IndexOf(norms, norms.Min()) };
        alpha[active[0]] = 1;
        var best = Measure(gram, alpha);
        for (var round = 0; round < 20 * count; round++)
        {
            var entering = Entering(gram, norms, alpha, active, best.SquaredNorm, best.Noise);
            if (entering < 0) break;
            active.Add(entering);
            var next = Descend(gram, norms, alpha, active);
            var measured = Measure(gram, next);
            if (measured.SquaredNorm >= best.SquaredNorm) break; // what is left to gain is rounding
            (alpha, best) = (next, measured);
        }
        return (alpha, Math.Max(best.SquaredNorm, 0), best.Noise);
    }

    /// <summary>Any combination of zero gradients is an optimum; the even one favors none.</summary>
    private static double[] EvenlyOverZeros(double[] norms)
    {
        var zeros = norms.Count(norm => norm == 0);
        return [.. norms.Select(norm => norm == 0 ? 1.0 / zeros : 0)];
    }

    private static (double SquaredNorm, double Noise) Measure(double[,] gram, double[] alpha)
    {
        double sum = 0, size = 0;
        for (var i = 0; i < alpha.Length; i++)
            for (var j = 0; j < alpha.Length; j++)
            {
                var term = alpha[i] * alpha[j] * gram[i, j];
                sum += term;
                size += Math.Abs(term);
            }
        return (sum, Rounding(alpha.Length) * size);
    }

    private static double Rounding(int count) => 4e-16 * count;

    /// <summary>The vector that breaks the optimality condition (Gα)ⱼ ≥ αᵀGα most, by its unit vector; −1 where none does.</summary>
    private static int Entering(double[,] gram, double[] norms, double[] alpha, List<int> active, double squaredNorm, double noise)
    {
        var (entering, worst) = (-1, 0.0);
        for (var j = 0; j < alpha.Length; j++)
        {
            if (active.Contains(j)) continue;
            double product = 0, size = 0;
            foreach (var i in active)
            {
                product += alpha[i] * gram[i, j];
                size += Math.Abs(alpha[i] * gram[i, j]);
            }
            if (product - squaredNorm >= -(noise + Rounding(alpha.Length) * size)) continue;
            var slope = (product - squaredNorm) / norms[j];
            if (slope < worst) (entering, worst) = (j, slope);
        }
        return entering;
    }

    /// <summary>Moves to the smallest norm in the affine hull of the active vectors, dropping those whose coefficient would turn
    /// negative on the way. Changes <paramref name="active"/>; returns the new α.</summary>
    private static double[] Descend(double[,] gram, double[] norms, double[] alpha, List<int> active)
    {
        alpha = (double[])alpha.Clone();
        while (true)
        {
            var target = AffineMinimum(gram, norms, active);
            var (step, blocking) = (1.0, -1);
            for (var a = 0; a < active.Count; a++)
            {
                if (target[a] > 0) continue;
                var reach = alpha[active[a]] / (alpha[active[a]] - target[a]);
                if (blocking < 0 || reach < step) (step, blocking) = (reach, a);
            }
            for (var a = 0; a < active.Count; a++) alpha[active[a]] += step * (target[a] - alpha[active[a]]);
            if (blocking < 0) return Normalize(alpha);
            alpha[active[blocking]] = 0;
            active.RemoveAt(blocking);
        }
    }

    private static double[] Normalize(double[] alpha)
    {
        var sum = alpha.Sum();
        return [.. alpha.Select(value => value / sum)];
    }

    /// <summary>Coefficients (sum 1, of any sign) of the smallest norm in the affine hull of the active vectors:
    /// with U the Gram matrix of the unit rows and D their norms, α ∝ D⁻¹U⁻¹D⁻¹1.</summary>
    private static double[] AffineMinimum(double[,] gram, double[] norms, List<int> active)
    {
        var n = active.Count;
        var unit = new double[n, n];
        var right = new double[n];
        var smallest = active.Min(i => norms[i]);
        for (var a = 0; a < n; a++)
        {
            right[a] = smallest / norms[active[a]];
            for (var b = 0; b < n; b++) unit[a, b] = a == b ? 1 : gram[active[a], active[b]] / norms[active[a]] / norms[active[b]];
        }
        var solution = Cholesky.SolveRefined(unit, right, Ridge);
        for (var a = 0; a < n; a++) solution[a] *= right[a];
        var sum = solution.Sum();
        for (var a = 0; a < n; a++) solution[a] /= sum;
        return solution;
    }
}
