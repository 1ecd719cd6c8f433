namespace MtlStudio.Core.Metrics;

/// <summary>The share of words that have the right tag, over all examples together. Words outside of everything count too, and are most of them.</summary>
internal sealed class TagAccuracy : IMetric
{
    public string Name => "tag-accuracy";
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => context.GuessedShare;
    public double? Score(MetricExample example) => Statistics(example, new()) is [var right, > 0 and var words] ? right / words : null;

    /// <summary>(2): words with the right tag, and words.</summary>
    public double[] Statistics(MetricExample example, MetricContext context)
    {
        var (due, given) = (EntityF1.TagsOf(example.References.Count > 0 ? example.References[0] : ""), EntityF1.TagsOf(example.Output));
        return [due.Zip(given).Count(pair => pair.First == pair.Second), due.Length];
    }

    public double ScoreOfOne(double[] statistics) => statistics[1] == 0 ? 1 : statistics[0] / statistics[1];

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context) =>
        SetSums.Of(statistics, times) is [var right, > 0 and var words] ? right / words : double.NaN;
}
