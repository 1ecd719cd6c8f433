namespace MtlStudio.Core.Metrics;

/// <summary>F1 of the entities that a tagger marks, over all examples together: right where type, first and last word are (seqeval's micro average, zero_division 0).</summary>
internal sealed class EntityF1 : IMetric
{
    public string Name => "entity-f1";
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => 0;
    public double? Score(MetricExample example) => ScoreOfOne(Statistics(example, new()));

    /// <summary>(3): entities that are right, given and due.</summary>
    public double[] Statistics(MetricExample example, MetricContext context)
    {
        var (due, given) = (TagsOf(example.References.Count > 0 ? example.References[0] : ""), TagsOf(example.Output));
        var scheme = Entities.SchemeOf(context.Labels.Count > 0 ? context.Labels : due);
        var (entities, found) = (Entities.Of(due, scheme), Entities.Of(given, scheme));
        return [entities.Count(found.Contains), found.Count, entities.Count];
    }

    /// <summary>The example's own F1; 1 where nothing is due and nothing given.</summary>
    public double ScoreOfOne(double[] statistics) => statistics[1] + statistics[2] == 0 ? 1 : F1(statistics);

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context) =>
        SetSums.Of(statistics, times) is { Length: 3 } sums ? F1(sums) : double.NaN;

    /// <summary>The tags of a row, as they are written: with spaces between them.</summary>
    internal static string[] TagsOf(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double F1(double[] counts) => counts[1] + counts[2] == 0 ? 0 : 2 * counts[0] / (counts[1] + counts[2]);
}
