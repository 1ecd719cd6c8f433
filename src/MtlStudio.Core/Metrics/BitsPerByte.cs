namespace MtlStudio.Core.Metrics;

/// <summary>
/// The references' negative log-likelihood in bits over their UTF-8 bytes; over a set the sums are divided. Comparable between
/// tokenizers, as perplexity is not. 0 is best; 8 is what guessing each byte scores.
/// </summary>
internal sealed class BitsPerByte : IMetric
{
    public string Name => "bits-per-byte";
    public string Unit => "";
    public double Best => 0;
    public double Chance(MetricContext context) => 8;
    public double? Score(MetricExample example) => Of(example.NegativeLogLikelihood, example.Bytes);

    public double[] Statistics(MetricExample example, MetricContext context) => example.Tokens == 0 || example.Bytes == 0 ? [0, 0] : [example.NegativeLogLikelihood, example.Bytes];

    public double ScoreOfOne(double[] statistics) => Of(statistics[0], statistics[1]);

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context) =>
        SetSums.Of(statistics, times) is [var sum, var bytes] ? Of(sum, bytes) : double.NaN;

    private static double Of(double negativeLogLikelihood, double bytes) => bytes == 0 ? double.NaN : negativeLogLikelihood / (bytes * Math.Log(2));
}
