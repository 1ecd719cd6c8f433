namespace MtlStudio.Core.Metrics;

/// <summary>
/// exp of the mean negative log-likelihood of the references' tokens; over a set the sums are divided, so that long examples
/// count by their tokens, and one without a scored token not at all. 1 is best; guessing scores the size of the vocabulary. Only comparable between equal tokenizers.
/// </summary>
internal sealed class Perplexity : IMetric
{
    public string Name => "perplexity";
    public string Unit => "";
    public double Best => 1;
    public double Chance(MetricContext context) => context.Vocabulary > 0 ? context.Vocabulary : double.NaN;
    public double? Score(MetricExample example) => Of(example.NegativeLogLikelihood, example.Tokens);


    public double[] Statistics(MetricExample example, MetricContext context) =>
        example.Tokens == 0 ? [0, 0] : [example.NegativeLogLikelihood, example.Tokens];

    public double ScoreOfOne(double[] statistics) => Of(statistics[0], statistics[1]);

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context) =>
        SetSums.Of(statistics, times) is [var sum, var tokens] ? Of(sum, tokens) : double.NaN;

    /// <summary>NaN without tokens.</summary>
    private static double Of(double negativeLogLikelihood, double tokens) => tokens == 0 ? double.NaN : Math.Exp(negativeLogLikelihood / tokens);
}
