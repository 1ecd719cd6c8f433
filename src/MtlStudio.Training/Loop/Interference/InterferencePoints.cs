using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>What a record of gradients tells beside norms and cosines: conflicts, how alike norms are, the same by layer, and who pays.</summary>
/// <param name="names">Of the mix's tasks.</param>
/// <param name="trained">How many of them are trained.</param>
public sealed class InterferencePoints(IReadOnlyList<string> names, int trained)
{
    private readonly bool byPair = LayerGroups.ByPair(trained);

    /// <param name="gram">(K, K), of the step; what is not finite is left out.</param>
    public IEnumerable<(string, double?)> Of(StepResult result, double[,] gram)
    {
        if (GradientConflict.Of(gram) is { Pairs: > 0 } found) yield return (SeriesNames.Conflicts, found.Share);
        if (byPair)
            foreach (var (i, j) in Pairs(result.Present.Count))
                if (Magnitude(gram[i, i], gram[j, j]) is { } similar) yield return (SeriesNames.Magnitude(Name(result, i), Name(result, j)), similar);
        foreach (var (group, own) in result.Layers ?? [])
            foreach (var point in OfGroup(result, group, own)) yield return point;
    }

    /// <summary>1 − loss after ÷ loss before of every task whose losses say something.</summary>
    public IEnumerable<(string, double?)> Of(StepEffect effect) => effect.Losses
        .Where(one => one.Before > 0 && double.IsFinite(one.Before) && double.IsFinite(one.After))
        .Select(one => (SeriesNames.Affinity(names[effect.Source], names[one.Task]), (double?)(1 - one.After / one.Before)));

    private IEnumerable<(string, double?)> OfGroup(StepResult result, string group, double[,] gram)
    {
        var found = GradientConflict.Of(gram);
        if (found.Pairs > 0) yield return (SeriesNames.LayerConflicts(group), found.Share);
        for (var i = 0; i < result.Present.Count; i++)
        {
            if (double.IsFinite(found.Norms[i])) yield return (SeriesNames.LayerGradientNorm(Name(result, i), group), found.Norms[i]);
            if (!byPair && Rest(gram, i) is { } rest) yield return (SeriesNames.LayerRest(Name(result, i), group), rest);
        }
        if (!byPair) yield break;
        foreach (var (i, j) in Pairs(result.Present.Count))
            if (double.IsFinite(found.Cosines[i, j])) yield return (SeriesNames.LayerCosine(Name(result, i), Name(result, j), group), found.Cosines[i, j]);
    }

    private string Name(StepResult result, int slot) => names[result.Present[slot]];

    private static IEnumerable<(int, int)> Pairs(int count) => Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(i + 1, count - i - 1).Select(j => (i, j)));

    /// <summary>2ab / (a² + b²) of two norms, given their squares.</summary>
    private static double? Magnitude(double first, double second) =>
        first + second > 0 && double.IsFinite(first + second) ? 2 * Math.Sqrt(first) * Math.Sqrt(second) / (first + second) : null;

    /// <summary>The cosine of gᵢ with the sum of the others; null where either vanishes.</summary>
    private static double? Rest(double[,] gram, int i)
    {
        var (product, square) = (0.0, 0.0);
        var others = Enumerable.Range(0, gram.GetLength(0)).Where(j => j != i).ToList();
        foreach (var j in others)
        {
            product += gram[i, j];
            foreach (var k in others) square += gram[j, k];
        }
        var norms = Math.Sqrt(gram[i, i]) * Math.Sqrt(Math.Max(0, square));
        return norms > 0 && double.IsFinite(product / norms) ? Math.Clamp(product / norms, -1, 1) : null;
    }
}
