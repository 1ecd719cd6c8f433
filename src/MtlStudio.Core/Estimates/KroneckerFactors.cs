namespace MtlStudio.Core.Estimates;

/// <summary>The factors of a LoKr's layer, as LyCORIS and PEFT choose them.</summary>
public static class KroneckerFactors
{
    /// <summary>Two factors of a dimension, the smaller first: <paramref name="factor"/> and its complement where it divides, else the pair nearest the square root whose smaller one is at most <paramref name="factor"/> (−1: any).</summary>
    public static (long Small, long Large) Split(long dimension, long factor)
    {
        if (factor > 0 && dimension % factor == 0) return (factor, dimension / factor);
        if (factor == -1) factor = dimension;
        var (m, n) = (1L, dimension);
        var length = m + n;
        while (m < n)
        {
            var next = m + 1;
            while (dimension % next != 0) next++;
            if (next + dimension / next > length || next > factor) break;
            (m, n) = (next, dimension / next);
        }
        return m > n ? (n, m) : (m, n);
    }

    /// <summary>Names and shapes of a layer's factors, in order: those of the first one, then those of the second.</summary>
    /// <param name="both">Whether the first one too is split where the rank is small enough.</param>
    public static IReadOnlyList<(string Name, long Rows, long Columns)> Of(long inputs, long outputs, long rank, int factor, bool both)
    {
        var (outSmall, outLarge) = Split(outputs, factor);
        var (inSmall, inLarge) = Split(inputs, factor);
        var first = both && rank < Math.Max(outSmall, inSmall) / 2.0
            ? new[] { ("lokr_w1_a", outSmall, rank), ("lokr_w1_b", rank, inSmall) }
            : [("lokr_w1", outSmall, inSmall)];
        var second = rank < Math.Max(outLarge, inLarge) / 2.0
            ? new[] { ("lokr_w2_a", outLarge, rank), ("lokr_w2_b", rank, inLarge) }
            : [("lokr_w2", outLarge, inLarge)];
        return [.. first, .. second];
    }
}
