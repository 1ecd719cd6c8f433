namespace MtlStudio.Core.Metrics;

/// <summary>
/// The mean over the labels of each label's average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over falling probability (scikit-learn's
/// average_precision_score, no interpolation). Labels that no example is due are left out. Needs no threshold.
/// </summary>
/// <remarks>Guessing scores the labels' shares, which the metric's statistics tell and its context does not: the chance is given as 0.</remarks>
internal sealed class MeanAveragePrecision : IMetric
{
    public string Name => "mean-average-precision";
    public string Unit => "fraction";
    public double Best => 1;
    public double Chance(MetricContext context) => 0;
    public double? Score(MetricExample example) => null;

    /// <summary>(2 · labels): what is due of each label, 0 or 1, then its probability.</summary>
    public double[] Statistics(MetricExample example, MetricContext context)
    {
        if (context.Labels.Count == 0 || example.LabelScores.Count != context.Labels.Count)
            throw new ArgumentException($"{Name} needs a probability for each label: there are {example.LabelScores.Count} for {context.Labels.Count}", nameof(example));
        return [.. LabelSetCounts.Row(example.LabelsDue ?? example.References, [], context).AsSpan(0, context.Labels.Count), .. example.LabelScores];
    }

    /// <summary>The mean precision at each due label among the example's labels by falling probability; 1 where none is due.</summary>
    public double ScoreOfOne(double[] statistics)
    {
        var labels = statistics.Length / 2;
        var (sum, due) = (0.0, 0);
        for (var label = 0; label < labels; label++)
        {
            if (statistics[label] == 0) continue;
            due++;
            var (above, right) = (0, 0);
            for (var other = 0; other < labels; other++)
            {
                if (statistics[labels + other] < statistics[labels + label]) continue;
                above++;
                if (statistics[other] > 0) right++;
            }
            sum += (double)right / above;
        }
        return due == 0 ? 1 : sum / due;
    }

    public double Score(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times, MetricContext context)
    {
        if (statistics.Length == 0) return double.NaN;
        var labels = statistics[0].Length / 2;
        var (sum, known) = (0.0, 0);
        for (var label = 0; label < labels; label++)
            if (AveragePrecision(statistics, times, label, labels) is >= 0 and var found) (sum, known) = (sum + found, known + 1);
        return known == 0 ? double.NaN : sum / known;
    }

    /// <summary>Of one label; NaN where no example is due it.</summary>
    private static double AveragePrecision(ReadOnlySpan<double[]> rows, ReadOnlySpan<int> times, int label, int labels)
    {
        var order = new List<(double Score, double Due, double Times)>(rows.Length);
        var positives = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (times[i] == 0) continue;
            order.Add((rows[i][labels + label], rows[i][label], times[i]));
            positives += rows[i][label] * times[i];
        }
        if (positives == 0) return double.NaN;
        order.Sort((x, y) => y.Score.CompareTo(x.Score));
        var (right, seen, sum) = (0.0, 0.0, 0.0);
        for (var i = 0; i < order.Count;)
        {
            // Examples of one probability come together.
            var (score, before) = (order[i].Score, right);
            for (; i < order.Count && order[i].Score == score; i++) (right, seen) = (right + order[i].Due * order[i].Times, seen + order[i].Times);
            sum += (right - before) / positives * (right / seen);
        }
        return sum;
    }
}
