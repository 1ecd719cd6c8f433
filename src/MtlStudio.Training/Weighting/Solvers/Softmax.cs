namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>exp(x) / Σ exp(x), the largest subtracted first.</summary>
internal static class Softmax
{
    /// <param name="logits">(n), n ≥ 1, finite.</param>
    public static double[] Of(IReadOnlyList<double> logits)
    {
        var largest = logits.Max();
        var result = new double[logits.Count];
        for (var i = 0; i < result.Length; i++) result[i] = Math.Exp(logits[i] - largest);
        var sum = result.Sum();
        for (var i = 0; i < result.Length; i++) result[i] /= sum;
        return result;
    }
}
