namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>Solves small symmetric positive definite systems in double precision.</summary>
internal static class Cholesky
{
    /// <summary>The lower factor L (n, n) of A + ridge·I. Pivots lost to rounding are lifted to the ridge.</summary>
    public static double[,] Factor(double[,] matrix, double ridge)
    {
        var n = matrix.GetLength(0);
        var lower = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j] + (i == j ? ridge : 0);
                for (var k = 0; k < j; k++) sum -= lower[i, k] * lower[j, k];
                lower[i, j] = i == j ? Math.Sqrt(Math.Max(sum, ridge)) : sum / lower[j, j];
            }
        return lower;
    }

    /// <summary>x (n) with A x = <paramref name="right"/>: factored with the ridge, whose effect three rounds of refinement take out again.</summary>
    public static double[] SolveRefined(double[,] matrix, double[] right, double ridge)
    {
        var n = right.Length;
        var factor = Factor(matrix, ridge);
        var solution = Solve(factor, right);
        for (var pass = 0; pass < 3; pass++)
        {
            var residual = new double[n];
            for (var a = 0; a < n; a++)
            {
                residual[a] = right[a];
                for (var b = 0; b < n; b++) residual[a] -= matrix[a, b] * solution[b];
            }
            var correction = Solve(factor, residual);
            for (var a = 0; a < n; a++) solution[a] += correction[a];
        }
        return solution;
    }

    /// <summary>x (n) with L Lᵀ x = <paramref name="right"/>.</summary>
    public static double[] Solve(double[,] lower, double[] right)
    {
        var n = right.Length;
        var x = (double[])right.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= lower[i, k] * x[k];
            x[i] /= lower[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++) x[i] -= lower[k, i] * x[k];
            x[i] /= lower[i, i];
        }
        return x;
    }
}
