namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>
/// What the noise of micro-batches leaves of a cosine: two gradients that are wholly alike show no more than the root of both tasks' reliabilities
/// (Spearman 1904, correction for attenuation). The reliability of a step's gradient follows from the cosine c of its halves: 2c / (1 + c)
/// (Spearman and Brown 1910).
/// </summary>
public static class NoiseCeiling
{
    /// <summary>Fewer records than this say nothing of a ceiling.</summary>
    public const int FewestRecords = 3;

    public static bool IsKnown(PairCosine own) => own.Records >= FewestRecords;

    /// <summary>Of a task's whole gradient of a step, 0 to 1; null where it is not known or the halves do not agree at all.</summary>
    public static double? Reliability(PairCosine? own) => own is not null && IsKnown(own) && own.Mean > 0 ? 2 * own.Mean / (1 + own.Mean) : null;

    /// <summary>The mean cosine as it would be without noise, held within −1 to 1; null where a ceiling is not known.</summary>
    public static double? Corrected(PairCosine pair, IReadOnlyDictionary<string, PairCosine> ceilings) =>
        Reliability(ceilings.GetValueOrDefault(pair.First)) is { } first && Reliability(ceilings.GetValueOrDefault(pair.Second)) is { } second
            ? Math.Clamp(pair.Mean / Math.Sqrt(first * second), -1, 1) : null;
}
