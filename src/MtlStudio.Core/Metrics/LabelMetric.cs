namespace MtlStudio.Core.Metrics;

/// <summary>A metric over the labels of a set, from 0 to 1; one example alone has no score. Its statistics are the places of
/// the due and of the given label among the context's, −1 for none of them; where an example has several labels, its <see cref="LabelSetCounts.Row"/>.</summary>
/// <param name="score">Of the counts by label.</param>
/// <param name="guess">What guessing scores; null: the share that it gets right.</param>
internal sealed class LabelMetric(string name, Func<LabelCounts, double> score, double? guess = null) : IMetric
{
    /// <summary>Figures of an example that has one label; one of several has two for each of at least two labels.</summary>
    private const int Single = 2;

    public string Name => name;
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => guess ?? context.GuessedShare;
    public double? Score(MetricExample example) => null;

    public double[] Statistics(MetricExample example, MetricContext context) => context.Labels.Count > 0
        ? context.SeveralLabels ? LabelSetCounts.Row(example.LabelsDue ?? example.References, example.LabelsGiven ?? [], context) : [context.PlaceOf(Due(example)), context.PlaceOf(Given(example))]
        : throw new ArgumentException($"{name} counts by label: the context must name the labels", nameof(context));

    public double ScoreOfOne(double[] statistics) => statistics.Length > Single ? LabelSetCounts.F1(statistics) : statistics[0] >= 0 && statistics[0] == statistics[1] ? 1 : 0;

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context) =>
        (context.SeveralLabels ? LabelSetCounts.Of(statistics, times, context.Labels.Count) : LabelCounts.Of(statistics, times, context.Labels.Count)) is { Total: > 0 } counts ? score(counts) : double.NaN;

    /// <summary>Where the context names no labels, those count that occur (as in scikit-learn).</summary>
    double IMetric.Score(IReadOnlyList<MetricExample> examples, MetricContext context)
    {
        if (examples.Count == 0) return double.NaN;
        if (context.Labels.Count == 0) context = context with { Labels = [.. examples.Select(Due).Concat(examples.Select(Given)).Distinct()] };
        var times = new int[examples.Count];
        Array.Fill(times, 1);
        double[][] statistics = [.. examples.Select(example => Statistics(example, context))];
        return Score(statistics, times, context);
    }

    private static string Due(MetricExample example) => PythonText.Strip(example.References.Count > 0 ? example.References[0] : "");

    private static string Given(MetricExample example) => PythonText.Strip(example.Output);
}
