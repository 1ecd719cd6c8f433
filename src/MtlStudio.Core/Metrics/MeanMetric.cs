namespace MtlStudio.Core.Metrics;

/// <summary>A metric whose score of a set is the mean of its examples' scores, from 0 to 1.</summary>
/// <param name="score">The score of an output against its references.</param>
/// <param name="guessable">True where guessing among a classification's labels scores.</param>
internal sealed class MeanMetric(string name, Func<string, IReadOnlyList<string>, double> score, bool guessable = false) : IMetric
{
    public string Name => name;
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => guessable ? context.GuessedShare : 0;
    public double? Score(MetricExample example) => score(example.Output, example.References);

    public double Score(IReadOnlyList<MetricExample> examples, MetricContext context) =>
        examples.Count == 0 ? double.NaN : examples.Average(example => score(example.Output, example.References));
}
