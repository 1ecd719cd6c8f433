namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>
/// The positive solution of G w = w^(−1/α), the bargaining point of Nash-MTL (α = 1) and FairGrad: the minimum of the convex
/// ½wᵀGw − Σ ln w (α = 1) or ½wᵀGw − Σ w^(1−1/α)/(1−1/α), by damped Newton steps on rows scaled so that every diagonal
/// entry is 1.
/// </summary>
internal static class ProportionalFairness
{
    private const int MaxSteps = 400;

    /// <summary>At or below this squared norm some convex combination of the unit gradients counts as zero: there is no solution.</summary>
    private const double Stationary = 1e-12;

    /// <param name="gram">(K, K), finite, every diagonal entry over 0.</param>
    /// <param name="alpha">Over 0.</param>
    /// <returns>w (K), or null where the gradients are Pareto stationary.</returns>
    public static double[]? Solve(double[,] gram, double alpha)
    {
        var count = gram.GetLength(0);
        var norms = Enumerable.Range(0, count).Select(i => Math.Sqrt(gram[i, i])).ToArray();
        var unit = UnitRows.Gram(gram, norms);
        if (MinNorm.Solve(unit).SquaredNorm <= Stationary) return null;
        var power = 1 / alpha;
        // w = s·v with s = ‖g‖^(−2/(1+q)): then for orthogonal gradients v is 1.
        var scale = norms.Select(norm => Math.Pow(norm, -2 / (1 + power))).ToArray();
        var scaled = new double[count, count];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                scaled[i, j] = unit[i, j] * (scale[i] * norms[i]) * (scale[j] * norms[j]);
        var barrier = scale.Select(s => Math.Pow(s, 1 - power)).ToArray();
        var v = Minimize(scaled, barrier, power);
        return [.. v.Select((value, i) => value * scale[i])];
    }

    /// <summary>argmin over v > 0 of ½vᵀAv − Σ bᵢ φ(vᵢ), φ(v) = ln v (q = 1) or v^(1−q)/(1−q).</summary>
    private static double[] Minimize(double[,] a, double[] barrier, double q)
    {
        var n = barrier.Length;
        var v = new double[n];
        Array.Fill(v, 1);
        var value = Potential(a, barrier, q, v);
        for (var round = 0; round < MaxSteps; round++)
        {
            var gradient = UnitRows.Times(a, v);
            var hessian = (double[,])a.Clone();
            for (var i = 0; i < n; i++)
            {
                gradient[i] -= barrier[i] * Math.Pow(v[i], -q);
                hessian[i, i] += barrier[i] * q * Math.Pow(v[i], -q - 1);
            }
            var step = Step(hessian, gradient);
            var decrement = -step.Zip(gradient).Sum(pair => pair.First * pair.Second);
            if (!(decrement > 0)) break;
            var length = 1.0;
            for (var i = 0; i < n; i++)
                if (step[i] < 0) length = Math.Min(length, 0.99 * v[i] / -step[i]);
            var moved = false;
            // Near the end a full step is right though the potential can't tell.
            if (decrement < 1e-12 * Math.Max(1, Math.Abs(value)) && length == 1)
            {
                v = Moved(v, step, 1);
                if (decrement < 1e-26) break;
                value = Potential(a, barrier, q, v);
                continue;
            }
            for (; length > 1e-30; length /= 2)
            {
                var next = Moved(v, step, length);
                var reached = Potential(a, barrier, q, next);
                if (!(reached <= value - 1e-4 * length * decrement)) continue;
                (v, value, moved) = (next, reached, true);
                break;
            }
            if (!moved) break;
        }
        return v;
    }

    /// <summary>−H⁻¹g, with H's diagonal brought to 1 first: near an end of the cone its entries differ by many orders.</summary>
    private static double[] Step(double[,] hessian, double[] gradient)
    {
        var n = gradient.Length;
        var roots = Enumerable.Range(0, n).Select(i => Math.Sqrt(hessian[i, i])).ToArray();
        var solution = Cholesky.SolveRefined(UnitRows.Gram(hessian, roots), [.. gradient.Select((g, i) => -g / roots[i])], 1e-15);
        return [.. solution.Select((x, i) => x / roots[i])];
    }

    private static double[] Moved(double[] v, double[] step, double length) => [.. v.Select((value, i) => value + length * step[i])];

    private static double Potential(double[,] a, double[] barrier, double q, double[] v)
    {
        var sum = UnitRows.Product(v, a, v) / 2;
        for (var i = 0; i < v.Length; i++) sum -= barrier[i] * (q == 1 ? Math.Log(v[i]) : Math.Pow(v[i], 1 - q) / (1 - q));
        return sum;
    }
}
