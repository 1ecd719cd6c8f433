using System.Runtime.CompilerServices;

namespace MtlStudio.Core.Metrics;

/// <summary>A metric whose score of a set is the mean of its examples' scores, from 0 to 1.</summary>
/// <param name="score">The score of an example.</param>
/// <param name="guessable">True where guessing among a classification's labels scores.</param>
internal sealed class MeanMetric(string name, Func<MetricExample, double> score, bool guessable = false) : IMetric
{
    /// <param name="score">The score of an output against its references.</param>
    public MeanMetric(string name, Func<string, IReadOnlyList<string>, double> score, bool guessable = false)
        : this(name, example => score(example.Output, example.References), guessable) { }

    public string Name => name;
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => guessable ? context.GuessedShare : 0;
    public double? Score(MetricExample example) => score(example);

    public double[] Statistics(MetricExample example, MetricContext context) => [score(example)];

    public double ScoreOfOne(double[] statistics) => statistics[0];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < statistics.Length; i++)
        {
            sum += times[i] * statistics[i][0];
            count += times[i];
        }
        return sum / count;
    }
}
