namespace MtlStudio.Core.Metrics;

/// <summary>Which choice a model takes, by the log-likelihoods of all: as lm-evaluation-harness, the first on ties; what is not a number never wins.</summary>
public static class ChoiceRule
{
    /// <summary>The likeliest choice.</summary>
    public static int Likeliest(IReadOnlyList<double> likelihoods) => First(likelihoods);

    /// <summary>The likeliest choice a character (code points, without the leading blank); one without characters never wins.</summary>
    public static int LikeliestPerCharacter(IReadOnlyList<double> likelihoods, IReadOnlyList<string> choices) =>
        First([.. likelihoods.Select((likelihood, i) => choices[i].TrimStart().EnumerateRunes().Count() is > 0 and var length ? likelihood / length : double.NegativeInfinity)]);

    private static int First(IReadOnlyList<double> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Count; i++)
            if (scores[i] > scores[best] || double.IsNaN(scores[best])) best = i;
        return best;
    }
}
