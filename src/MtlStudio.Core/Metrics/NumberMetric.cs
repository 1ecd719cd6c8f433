namespace MtlStudio.Core.Metrics;

/// <summary>A metric of predicted numbers against those due; examples without one of them do not count.</summary>
/// <param name="unit">"fraction", or "" where it is in the target's own unit.</param>
/// <param name="best">The best value.</param>
/// <param name="chance">What guessing scores; NaN: not known.</param>
/// <param name="score">The score of pairs (due, given), each with how often it counts.</param>
/// <param name="one">How well one example was answered, from its error; larger is better where the metric is.</param>
internal sealed class NumberMetric(string name, string unit, double best, double chance, Func<List<NumberPair>, double> score, Func<double, double> one) : IMetric
{
    public string Name => name;
    public string Unit => unit;
    public double Best => best;
    public double Chance(MetricContext context) => chance;
    public double? Score(MetricExample example) => null;

    /// <summary>(2): the number due, and the one given.</summary>
    public double[] Statistics(MetricExample example, MetricContext context) => [example.ValueDue, example.Value];

    public double ScoreOfOne(double[] statistics) => one(Math.Abs(statistics[1] - statistics[0]));

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context)
    {
        var pairs = new List<NumberPair>(statistics.Length);
        for (var i = 0; i < statistics.Length; i++)
            if (times[i] > 0 && !double.IsNaN(statistics[i][0]) && !double.IsNaN(statistics[i][1])) pairs.Add(new(statistics[i][0], statistics[i][1], times[i]));
        return pairs.Count == 0 ? double.NaN : score(pairs);
    }
}

/// <summary>A number that is due, the one given, and how often the pair counts.</summary>
internal readonly record struct NumberPair(double Due, double Given, double Times);
