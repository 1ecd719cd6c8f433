namespace MtlStudio.Core.Analysis;

/// <summary>Holm's step-down correction (Holm 1979): over several tests at once, one false alarm at most with the given probability,
/// whatever ties the tests have.</summary>
public static class Holm
{
    /// <summary>The p-values adjusted, in the order given: a test is rejected at level α where its adjusted value is at most α.</summary>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var (highest, place) = (0.0, 0);
        foreach (var i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
            adjusted[i] = highest = Math.Max(highest, Math.Min(1, (p.Count - place++) * p[i]));
        return adjusted;
    }
}
