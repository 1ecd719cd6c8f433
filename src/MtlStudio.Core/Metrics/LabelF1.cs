namespace MtlStudio.Core.Metrics;

/// <summary>
/// F1 over labels as scikit-learn's f1_score with zero_division 0: each label's 2·right/(given + due). Where the labels of
/// the task are known, an output that is none of them counts as a miss and not as a label of its own.
/// </summary>
internal static class LabelF1
{
    /// <summary>The plain mean over the labels.</summary>
    public static double Macro(LabelCounts counts) => PerLabel(counts).Average();

    /// <summary>Over all decisions together; equals accuracy where every label counts.</summary>
    public static double Micro(LabelCounts counts) => F1(counts.Right.Sum(), counts.Given.Sum(), counts.Due.Sum());

    /// <summary>The mean over the labels, weighed by how often each is due.</summary>
    public static double Weighted(LabelCounts counts)
    {
        var due = counts.Due.Sum();
        return due == 0 ? 0 : PerLabel(counts).Zip(counts.Due).Sum(pair => pair.First * pair.Second) / due;
    }

    private static double[] PerLabel(LabelCounts counts) =>
        [.. counts.Right.Select((right, i) => F1(right, counts.Given[i], counts.Due[i]))];

    private static double F1(int right, int given, int due) => given + due == 0 ? 0 : 2.0 * right / (given + due);
}
