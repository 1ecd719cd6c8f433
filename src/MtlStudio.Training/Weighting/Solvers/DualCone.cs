namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>
/// The projection of Σ uᵢgᵢ on the dual cone {d : gᵢ·d ≥ 0 for every i}, given only the Gram matrix: d = Jᵀv with
/// v = argmin over v ≥ u of vᵀGv (the dual problem), by Lawson and Hanson's active set on unit-norm rows.
/// </summary>
internal static class DualCone
{
    private const double Ridge = 1e-13;

    /// <param name="gram">(K, K), finite.</param>
    /// <param name="u">(K).</param>
    /// <returns>v (K).</returns>
    public static double[] Project(double[,] gram, double[] u)
    {
        var norms = Enumerable.Range(0, u.Length).Select(i => Math.Sqrt(Math.Max(0, gram[i, i]))).ToArray();
        // A zero gradient bounds nothing.
        var rows = Enumerable.Range(0, u.Length).Where(i => norms[i] > 0).ToArray();
        var unit = new double[rows.Length, rows.Length];
        for (var a = 0; a < rows.Length; a++)
            for (var b = 0; b < rows.Length; b++)
                unit[a, b] = a == b ? 1 : gram[rows[a], rows[b]] / norms[rows[a]] / norms[rows[b]];
        var lengths = rows.Select(i => u[i] * norms[i]).ToArray();
        var added = Solve(unit, lengths);
        var v = (double[])u.Clone();
        for (var a = 0; a < rows.Length; a++) v[rows[a]] += added[a] / norms[rows[a]];
        return v;
    }

    /// <summary>argmin over z ≥ 0 of (y + z)ᵀĜ(y + z).</summary>
    private static double[] Solve(double[,] unit, double[] y)
    {
        var count = y.Length;
        var z = new double[count];
        var active = new List<int>();
        var products = UnitRows.Times(unit, y); // of every unit row with d
        var sizes = Sizes(unit, y);
        for (var round = 0; round < 10 * count; round++)
        {
            var (entering, worst) = (-1, 0.0);
            for (var j = 0; j < count; j++)
                if (!active.Contains(j) && products[j] < worst && products[j] < -4 * UnitRows.MachineEpsilon * count * sizes[j]) (entering, worst) = (j, products[j]);
            if (entering < 0) return z;
            active.Add(entering);
            z = Descend(unit, y, z, active);
            var sum = y.Zip(z, (a, b) => a + b).ToArray();
            products = UnitRows.Times(unit, sum);
            sizes = Sizes(unit, sum);
        }
        return z;
    }

    /// <summary>Moves towards the minimum over the active rows, dropping those that would turn negative on the way.</summary>
    private static double[] Descend(double[,] unit, double[] y, double[] z, List<int> active)
    {
        while (active.Count > 0)
        {
            var target = Minimum(unit, y, active);
            var (step, blocking) = (1.0, -1);
            for (var a = 0; a < active.Count; a++)
            {
                if (target[a] > 0) continue;
                var now = z[active[a]];
                var reach = now > 0 ? now / (now - target[a]) : 0;
                if (blocking < 0 || reach < step) (step, blocking) = (reach, a);
            }
            for (var a = 0; a < active.Count; a++) z[active[a]] += step * (target[a] - z[active[a]]);
            if (blocking < 0) return z;
            z[active[blocking]] = 0;
            active.RemoveAt(blocking);
        }
        return z;
    }

    /// <summary>z of the active rows with every active row at right angles to d; refined, for the ridge's effect.</summary>
    private static double[] Minimum(double[,] unit, double[] y, List<int> active)
    {
        var n = active.Count;
        var part = new double[n, n];
        var right = new double[n];
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b < n; b++) part[a, b] = unit[active[a], active[b]];
            for (var j = 0; j < y.Length; j++) right[a] -= unit[active[a], j] * y[j];
        }
        return Cholesky.SolveRefined(part, right, Ridge);
    }

    private static double[] Sizes(double[,] unit, double[] x)
    {
        var sizes = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
            for (var j = 0; j < x.Length; j++)
                sizes[i] += Math.Abs(unit[i, j] * x[j]);
        return sizes;
    }
}
