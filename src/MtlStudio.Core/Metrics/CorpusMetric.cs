namespace MtlStudio.Core.Metrics;

/// <summary>A metric that is defined over a set, from 0 to 100, with a related score for one example.</summary>
internal sealed class CorpusMetric(
    string name,
    Func<IReadOnlyList<MetricExample>, double> corpus,
    Func<string, IReadOnlyList<string>, double> sentence) : IMetric
{
    public string Name => name;
    public string Unit => "points";
    public double Best => 100;
    public double Chance(MetricContext context) => 0;
    public double? Score(MetricExample example) => sentence(example.Output, example.References);

    public double Score(IReadOnlyList<MetricExample> examples, MetricContext context) =>
        examples.Count == 0 ? double.NaN : corpus(examples);
}
