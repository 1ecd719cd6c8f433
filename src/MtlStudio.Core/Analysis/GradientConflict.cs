namespace MtlStudio.Core.Analysis;

/// <summary>How the task gradients of one step lie to each other, from their Gram matrix.</summary>
/// <param name="Norms">(K): ‖gₖ‖.</param>
/// <param name="Cosines">(K, K); NaN for pairs with a zero or non-finite gradient, which no count includes.</param>
/// <param name="Pairs">Pairs that have a cosine.</param>
/// <param name="Conflicting">Pairs whose inner product is negative.</param>
public sealed record GradientConflict(double[] Norms, double[,] Cosines, int Pairs, int Conflicting)
{
    /// <summary>Share of conflicting pairs, 0 to 1; NaN without pairs.</summary>
    public double Share => (double)Conflicting / Pairs;

    /// <summary>NaN without pairs.</summary>
    public double MeanCosine { get; private init; } = double.NaN;

    /// <summary>NaN without pairs.</summary>
    public double MinCosine { get; private init; } = double.NaN;

    /// <param name="gram">(K, K): inner products of the task gradients.</param>
    public static GradientConflict Of(double[,] gram)
    {
        var count = gram.GetLength(0);
        var norms = new double[count];
        for (var i = 0; i < count; i++) norms[i] = Math.Sqrt(gram[i, i]);
        var cosines = new double[count, count];
        var (pairs, conflicting, sum, min) = (0, 0, 0.0, double.PositiveInfinity);
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
            {
                // Rounding may leave a cosine a little outside; one by one, since the product of two norms may overflow.
                cosines[i, j] = norms[i] > 0 && norms[j] > 0 ? Math.Clamp(gram[i, j] / norms[i] / norms[j], -1, 1) : double.NaN;
                if (i >= j || double.IsNaN(cosines[i, j])) continue;
                pairs++;
                if (gram[i, j] < 0) conflicting++;
                sum += cosines[i, j];
                min = Math.Min(min, cosines[i, j]);
            }
        return pairs == 0
            ? new(norms, cosines, 0, 0)
            : new(norms, cosines, pairs, conflicting) { MeanCosine = sum / pairs, MinCosine = min };
    }
}
