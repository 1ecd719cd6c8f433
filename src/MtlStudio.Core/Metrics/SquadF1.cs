namespace MtlStudio.Core.Metrics;

/// <summary>F1 of the output's words with the best reference's, after SQuAD's normalization. Two empty answers agree (SQuAD 2.0;
/// Rajpurkar, Jia, Liang 2018).</summary>
internal static class SquadF1
{
    public static double Score(string output, IReadOnlyList<string> references)
    {
        var words = SquadText.Words(output);
        return references.DefaultIfEmpty("").Max(reference => F1(words, SquadText.Words(reference)));
    }

    private static double F1(List<string> output, List<string> reference)
    {
        if (output.Count == 0 || reference.Count == 0) return output.Count == reference.Count ? 1 : 0;
        var left = reference.CountBy(word => word).ToDictionary();
        var common = 0;
        foreach (var word in output)
            if (left.TryGetValue(word, out var count) && count > 0)
            {
                left[word] = count - 1;
                common++;
            }
        return 2.0 * common / (output.Count + reference.Count);
    }
}
