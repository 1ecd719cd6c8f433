namespace MtlStudio.Core.Metrics;

/// <summary>
/// chrF (Popović 2015) as sacrebleu defines it: character n-grams (code points) of orders 1 to 6 without white space, β = 2,
/// each example scored by its best reference, precision and recall averaged over the orders that occur. 0 to 100. Signature
/// <c>case:mixed|eff:yes|nc:6|nw:0|space:no</c>.
/// </summary>
internal static class Chrf
{
    private const int Orders = 6;
    private const double BetaSquared = 4;

    /// <summary>The counts against the reference with the best score, the first on ties: for each order the n-grams of the
    /// output, those shared, those of the reference.</summary>
    internal static double[] Best(string output, IReadOnlyList<string> references)
    {
        var characters = Characters(output);
        var grams = Enumerable.Range(1, Orders).Select(n => NGrams.Count(characters, n)).ToArray();
        return references.DefaultIfEmpty("").Select(reference => Counts(grams, Characters(reference))).MaxBy(Score)!;
    }

    private static double[] Counts(Dictionary<string, int>[] output, List<string> reference)
    {
        var counts = new double[3 * Orders];
        for (var n = 0; n < Orders; n++)
        {
            var right = NGrams.Count(reference, n + 1);
            counts[3 * n] = right.Count > 0 ? output[n].Values.Sum() : 0; // no hit is asked for where the reference has none
            counts[3 * n + 1] = NGrams.Overlap(output[n], right);
            counts[3 * n + 2] = right.Values.Sum();
        }
        return counts;
    }

    internal static double Score(double[] counts)
    {
        var (precision, recall, orders) = (0.0, 0.0, 0);
        for (var n = 0; n < Orders; n++)
        {
            if (counts[3 * n] == 0 || counts[3 * n + 2] == 0) continue;
            precision += counts[3 * n + 1] / counts[3 * n];
            recall += counts[3 * n + 1] / counts[3 * n + 2];
            orders++;
        }
        if (precision + recall == 0) return 0;
        (precision, recall) = (precision / orders, recall / orders);
        return 100 * (1 + BetaSquared) * precision * recall / (BetaSquared * precision + recall);
    }

    private static List<string> Characters(string text) =>
        [.. text.EnumerateRunes().Select(rune => rune.ToString()).Where(item => !PythonText.IsSpace(item[0]))];
}
