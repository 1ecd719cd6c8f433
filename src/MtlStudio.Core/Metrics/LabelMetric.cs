namespace MtlStudio.Core.Metrics;

/// <summary>A metric over the labels of a set, from 0 to 1; one example alone has no score.</summary>
internal sealed class LabelMetric(string name, Func<LabelCounts, double> score) : IMetric
{
    public string Name => name;
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => context.GuessedShare;
    public double? Score(MetricExample example) => null;

    public double Score(IReadOnlyList<MetricExample> examples, MetricContext context) => examples.Count == 0
        ? double.NaN
        : score(LabelCounts.Of(
            [.. examples.Select(example => PythonText.Strip(example.References.Count > 0 ? example.References[0] : ""))],
            [.. examples.Select(example => PythonText.Strip(example.Output))],
            context.Labels));
}
