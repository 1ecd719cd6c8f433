namespace MtlStudio.Core.Metrics;

/// <summary>Correlation of numbers given with those due; NaN where either is the same throughout (as scipy).</summary>
internal static class Correlation
{
    /// <summary>Pearson's r.</summary>
    public static double Pearson(List<NumberPair> pairs)
    {
        var count = pairs.Sum(pair => pair.Times);
        var (due, given) = (pairs.Sum(pair => pair.Due * pair.Times) / count, pairs.Sum(pair => pair.Given * pair.Times) / count);
        double both = 0, ofDue = 0, ofGiven = 0;
        foreach (var pair in pairs)
        {
            var (x, y) = (pair.Due - due, pair.Given - given);
            (both, ofDue, ofGiven) = (both + x * y * pair.Times, ofDue + x * x * pair.Times, ofGiven + y * y * pair.Times);
        }
        if (pairs.TrueForAll(pair => pair.Due == pairs[0].Due) || pairs.TrueForAll(pair => pair.Given == pairs[0].Given)) return double.NaN;
        return Math.Clamp(both / (Math.Sqrt(ofDue) * Math.Sqrt(ofGiven)), -1, 1);
    }

    /// <summary>Spearman's ρ: Pearson's r of the ranks, ties at their average rank.</summary>
    public static double Spearman(List<NumberPair> pairs)
    {
        var (due, given) = (Ranks(pairs, pair => pair.Due), Ranks(pairs, pair => pair.Given));
        return Pearson([.. pairs.Select((pair, i) => new NumberPair(due[i], given[i], pair.Times))]);
    }

    /// <summary>(pairs): average ranks, from 1; a pair that counts n times takes n ranks.</summary>
    private static double[] Ranks(List<NumberPair> pairs, Func<NumberPair, double> value)
    {
        var ranks = new double[pairs.Count];
        var values = pairs.ConvertAll(pair => value(pair));
        int[] order = [.. Enumerable.Range(0, pairs.Count)];
        Array.Sort(order, (i, j) => values[i].CompareTo(values[j]));
        var before = 0.0;
        for (var i = 0; i < order.Length;)
        {
            var (start, ties) = (i, 0.0);
            for (; i < order.Length && values[order[i]] == values[order[start]]; i++) ties += pairs[order[i]].Times;
            for (var j = start; j < i; j++) ranks[order[j]] = before + (ties + 1) / 2;
            before += ties;
        }
        return ranks;
    }
}
