namespace MtlStudio.Core.Metrics;

/// <summary>1 where the output equals any reference after SQuAD's normalization (Rajpurkar et al. 2016).</summary>
internal static class ExactMatch
{
    public static double Score(string output, IReadOnlyList<string> references)
    {
        var normalized = SquadText.Normalize(output);
        return references.DefaultIfEmpty("").Any(reference => SquadText.Normalize(reference) == normalized) ? 1 : 0;
    }
}
