namespace MtlStudio.Core.Metrics;

/// <summary>Precision, recall and F of an overlap, each 0 to 1.</summary>
internal readonly record struct Overlap(double Precision, double Recall)
{
    public double F => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;
}

/// <summary>
/// ROUGE (Lin 2004) as rouge_score defines it, with stemming: words are runs of a–z and 0–9 after lower-casing, so text in
/// other scripts scores 0. With several references the best F counts; the score is F, 0 to 1.
/// </summary>
internal static class Rouge
{
    public static double One(string output, IReadOnlyList<string> references) => Best(output, references, (a, b) => OfOrder(a, b, 1));

    public static double Two(string output, IReadOnlyList<string> references) => Best(output, references, (a, b) => OfOrder(a, b, 2));

    public static double L(string output, IReadOnlyList<string> references) => Best(output, references, OfSubsequence);

    private static double Best(string output, IReadOnlyList<string> references, Func<List<string>, List<string>, Overlap> score)
    {
        var words = Words(output);
        return references.DefaultIfEmpty("").Max(reference => score(words, Words(reference)).F);
    }

    /// <summary>Overlap of runs of <paramref name="order"/> words.</summary>
    internal static Overlap OfOrder(List<string> output, List<string> reference, int order)
    {
        var common = NGrams.Overlap(NGrams.Count(output, order), NGrams.Count(reference, order));
        return new((double)common / Math.Max(1, output.Count - order + 1), (double)common / Math.Max(1, reference.Count - order + 1));
    }

    /// <summary>The longest common subsequence.</summary>
    internal static Overlap OfSubsequence(List<string> output, List<string> reference)
    {
        if (output.Count == 0 || reference.Count == 0) return default;
        var row = new int[reference.Count + 1]; // lengths against the first j words of the reference
        foreach (var word in output)
        {
            var diagonal = 0;
            for (var j = 1; j < row.Length; j++)
            {
                var above = row[j];
                row[j] = reference[j - 1] == word ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return new((double)row[^1] / output.Count, (double)row[^1] / reference.Count);
    }

    internal static List<string> Words(string text, bool stem = true)
    {
        var words = new List<string>();
        var lower = PythonText.Lower(text);
        var from = -1;
        for (var i = 0; i <= lower.Length; i++)
        {
            if (i < lower.Length && (char.IsAsciiLetterLower(lower[i]) || char.IsAsciiDigit(lower[i])))
            {
                if (from < 0) from = i;
            }
            else if (from >= 0)
            {
                var word = lower[from..i];
                words.Add(stem && word.Length > 3 ? PorterStemmer.Stem(word) : word);
                from = -1;
            }
        }
        return words;
    }
}
