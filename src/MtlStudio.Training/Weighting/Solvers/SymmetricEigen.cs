namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub, Van Loan, §8.5).</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <param name="matrix">(n, n), symmetric and finite.</param>
    /// <returns>(n) eigenvalues in no order, and (n, n) eigenvectors as columns.</returns>
    public static (double[] Values, double[,] Vectors) Of(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var vectors = new double[n, n];
        for (var i = 0; i < n; i++) vectors[i, i] = 1;
        for (var sweep = 0; sweep < MaxSweeps && Rotate(a, vectors); sweep++) { }
        return ([.. Enumerable.Range(0, n).Select(i => a[i, i])], vectors);
    }

    /// <summary>One sweep over all pairs; false where nothing was left to turn.</summary>
    private static bool Rotate(double[,] a, double[,] vectors)
    {
        var n = a.GetLength(0);
        var turned = false;
        for (var p = 0; p < n; p++)
            for (var q = p + 1; q < n; q++)
            {
                // Below this, the pair's off-diagonal entry changes no digit of either eigenvalue.
                if (Math.Abs(a[p, q]) <= 1e-17 * Math.Sqrt(Math.Abs(a[p, p])) * Math.Sqrt(Math.Abs(a[q, q])) || a[p, q] == 0) continue;
                turned = true;
                var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
                var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
                if (!double.IsFinite(t)) t = 0;
                var c = 1 / Math.Sqrt(t * t + 1);
                Turn(a, vectors, p, q, t, c, t * c);
            }
        return turned;
    }

    private static void Turn(double[,] a, double[,] vectors, int p, int q, double t, double c, double s)
    {
        var n = a.GetLength(0);
        var apq = a[p, q];
        a[p, p] -= t * apq;
        a[q, q] += t * apq;
        a[p, q] = a[q, p] = 0;
        for (var k = 0; k < n; k++)
        {
            if (k != p && k != q)
            {
                var (akp, akq) = (a[k, p], a[k, q]);
                a[k, p] = a[p, k] = c * akp - s * akq;
                a[k, q] = a[q, k] = s * akp + c * akq;
            }
            var (vkp, vkq) = (vectors[k, p], vectors[k, q]);
            vectors[k, p] = c * vkp - s * vkq;
            vectors[k, q] = s * vkp + c * vkq;
        }
    }
}
