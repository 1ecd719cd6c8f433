namespace MtlStudio.Core.Metrics;

/// <summary>A metric that is defined over a set's summed counts, from 0 to 100, with a related score for one example.</summary>
/// <param name="counts">The counts of an output against its references.</param>
/// <param name="corpus">The score of summed counts.</param>
/// <param name="sentence">The score of one example's counts.</param>
internal sealed class CorpusMetric(
    string name,
    Func<string, IReadOnlyList<string>, double[]> counts,
    Func<double[], double> corpus,
    Func<double[], double> sentence) : IMetric
{
    public string Name => name;
    public string Unit => "points";
    public double Best => 100;
    public double Chance(MetricContext context) => 0;
    public double? Score(MetricExample example) => sentence(counts(example.Output, example.References));

    public double[] Statistics(MetricExample example, MetricContext context) => counts(example.Output, example.References);

    public double ScoreOfOne(double[] statistics) => sentence(statistics);

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context) =>
        SetSums.Of(statistics, times) is { Length: > 0 } sums ? corpus(sums) : double.NaN;
}
