namespace MtlStudio.Training.Regularization;

/// <summary>Clipping that works on the Gram matrix alone.</summary>
public static class GradientClip
{
    /// <summary>(K): what each task's gradient is multiplied by so that its norm is at most <paramref name="most"/>; PyTorch's factor min(1, c/(‖g‖ + 1e-6)). A norm that is not finite gives 1.</summary>
    /// <param name="gram">(K, K).</param>
    /// <param name="most">c; 0: nothing is clipped.</param>
    public static double[] TaskFactors(double[,] gram, double most) =>
        [.. Enumerable.Range(0, gram.GetLength(0)).Select(k => most > 0 && double.IsFinite(gram[k, k]) ? Math.Min(1, most / (Math.Sqrt(gram[k, k]) + 1e-6)) : 1)];

    /// <summary>The Gram matrix of the scaled gradients: fᵢ fⱼ Gᵢⱼ.</summary>
    public static double[,] Scaled(double[,] gram, double[] factors)
    {
        var k = factors.Length;
        var scaled = new double[k, k];
        for (var i = 0; i < k; i++)
            for (var j = 0; j < k; j++)
                scaled[i, j] = factors[i] * factors[j] * gram[i, j];
        return scaled;
    }
}
