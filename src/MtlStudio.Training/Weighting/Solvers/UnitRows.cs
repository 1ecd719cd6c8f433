namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>Task gradients brought to norm 1, as a Gram matrix sees them: so that gradients of very different size lose no digits.</summary>
internal static class UnitRows
{
    /// <summary>The spacing of doubles at 1.</summary>
    public const double MachineEpsilon = 2.220446049250313e-16;

    /// <summary>(n, n): the cosines. Every norm must be over 0.</summary>
    public static double[,] Gram(double[,] gram, double[] norms)
    {
        var n = norms.Length;
        var unit = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                unit[i, j] = i == j ? 1 : gram[i, j] / norms[i] / norms[j];
        return unit;
    }

    /// <summary>Ĝ⁺b: the least-squares solution of least norm, where eigenvalues within rounding of 0 count as 0.</summary>
    /// <param name="rank">How many eigenvalues counted.</param>
    public static double[] PseudoSolve(double[,] matrix, double[] right, out int rank)
    {
        var n = right.Length;
        var (values, vectors) = SymmetricEigen.Of(matrix);
        var least = values.Max() * n * 4 * MachineEpsilon;
        var solution = new double[n];
        rank = 0;
        for (var e = 0; e < n; e++)
        {
            if (values[e] <= least) continue;
            rank++;
            var along = 0.0;
            for (var i = 0; i < n; i++) along += vectors[i, e] * right[i];
            for (var i = 0; i < n; i++) solution[i] += vectors[i, e] * along / values[e];
        }
        return solution;
    }

    /// <summary>xᵀMy.</summary>
    public static double Product(double[] x, double[,] matrix, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            for (var j = 0; j < y.Length; j++)
                sum += x[i] * matrix[i, j] * y[j];
        return sum;
    }

    /// <summary>(n): Mx.</summary>
    public static double[] Times(double[,] matrix, double[] x)
    {
        var result = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
            for (var j = 0; j < x.Length; j++)
                result[i] += matrix[i, j] * x[j];
        return result;
    }
}
