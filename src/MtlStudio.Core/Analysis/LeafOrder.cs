namespace MtlStudio.Core.Analysis;

/// <summary>
/// An order in which alike things stand together: the leaves of a clustering by average linkage (UPGMA, Sokal and Michener
/// 1958), each merge turned so that its nearest ends touch.
/// </summary>
public static class LeafOrder
{
    /// <param name="distances">(n, n), symmetric, 0 or more; what is not finite counts as <paramref name="unknown"/>.</param>
    /// <param name="unknown">The distance of pairs of which nothing is known.</param>
    /// <returns>(n): every place once.</returns>
    public static int[] Of(double[,] distances, double unknown)
    {
        var clusters = Enumerable.Range(0, distances.GetLength(0)).Select(place => new List<int> { place }).ToList();
        double Between(int a, int b) => a == b ? 0 : double.IsFinite(distances[a, b]) ? distances[a, b] : unknown;
        while (clusters.Count > 1)
        {
            var (first, second, least) = (0, 1, double.PositiveInfinity);
            for (var i = 0; i < clusters.Count; i++)
                for (var j = i + 1; j < clusters.Count; j++)
                    if (clusters[i].Average(a => clusters[j].Average(b => Between(a, b))) is var mean && mean < least) (first, second, least) = (i, j, mean);
            var (left, right) = (clusters[first], clusters[second]);
            // Which ends touch: of the four ways the one whose neighbors are nearest, the first where equal.
            var turned = new[] { (false, false), (false, true), (true, false), (true, true) }
                .MinBy(way => Between(way.Item1 ? left[0] : left[^1], way.Item2 ? right[^1] : right[0]));
            if (turned.Item1) left.Reverse();
            if (turned.Item2) right.Reverse();
            left.AddRange(right);
            clusters.RemoveAt(second);
        }
        return clusters.Count == 0 ? [] : [.. clusters[0]];
    }
}
