namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Tokens that examples and answers need, from the characters of the rows looked at.</summary>
internal static class AnswerLengths
{
    private const int Least = 8;
    private const int MostNew = 512;
    private const int MostAll = 1024;

    /// <summary>Room for all but the longest hundredth of the answers, and a fifth more; a multiple of 8.</summary>
    public static int MaxNewTokens(IReadOnlyList<RenderedExample> examples)
    {
        var lengths = examples.Select(example => example.References.Max(reference => reference.Length)).ToList();
        return Math.Clamp(Round(Quantile(lengths, 0.99) * 1.2 / DetectionLimits.CharactersPerToken + 1, 8), Least, MostNew);
    }

    /// <summary>Room for 95 % of the examples, prompt and answer; a multiple of 32.</summary>
    public static int MaxLength(IReadOnlyList<RenderedExample> examples)
    {
        var lengths = examples.Select(example => example.Prompt.Length + example.Answer.Length).ToList();
        return Math.Clamp(Round(Quantile(lengths, 0.95) / DetectionLimits.CharactersPerToken + 2, 32), 64, MostAll);
    }

    private static int Round(double tokens, int step) => (int)Math.Ceiling(tokens / step) * step;

    private static double Quantile(List<int> lengths, double share)
    {
        lengths.Sort();
        return lengths[Math.Min(lengths.Count - 1, (int)(share * lengths.Count))];
    }
}
