namespace MtlStudio.Core.Metrics;

/// <summary>How labels given agree with labels due, beyond their frequencies.</summary>
internal static class LabelAgreement
{
    /// <summary>The mean share of each label that is found, over the labels that are due (scikit-learn's balanced_accuracy_score).</summary>
    public static double Balanced(LabelCounts counts) => counts.Due.Zip(counts.Right).Where(label => label.First > 0).Select(label => (double)label.Second / label.First).DefaultIfEmpty(double.NaN).Average();

    /// <summary>
    /// Matthews' correlation for any number of labels (Gorodkin 2004): (c·s − Σ p·t) / √((s² − Σ p²)(s² − Σ t²)) of c right among s
    /// examples, each label given p and due t times; 0 where it is undefined, as scikit-learn.
    /// </summary>
    public static double Matthews(LabelCounts counts)
    {
        double total = counts.Total, right = counts.Right.Sum();
        var (both, given, due) = (0.0, 0.0, 0.0);
        // What is none of the labels counts as one more of them.
        foreach (var (p, t) in counts.Given.Zip(counts.Due).Append(((int)total - counts.Given.Sum(), (int)total - counts.Due.Sum())))
            (both, given, due) = (both + (double)p * t, given + (double)p * p, due + (double)t * t);
        var scale = Math.Sqrt(total * total - given) * Math.Sqrt(total * total - due);
        return scale == 0 ? 0 : (right * total - both) / scale;
    }
}
