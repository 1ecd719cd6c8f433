namespace MtlStudio.Core.Analysis;

/// <summary>What kind of values are rated: it decides how far apart two of them are.</summary>
public enum RatingScale { Nominal, Ordinal, Interval, Ratio }

/// <summary>Agreement beyond chance for any number of raters and with ratings missing (Krippendorff 2004, chapter 11).</summary>
public static class KrippendorffAlpha
{
    /// <param name="ratings">(raters, units): null where a rater did not rate; units with one rating do not count.</param>
    /// <param name="scale">What kind of values they are.</param>
    /// <returns>1 is full agreement, 0 what chance gives, below 0 systematic disagreement; NaN where fewer than two values occur.</returns>
    public static double Of(IReadOnlyList<IReadOnlyList<double?>> ratings, RatingScale scale = RatingScale.Nominal)
    {
        var units = ratings.Count == 0 ? 0 : ratings[0].Count;
        var paired = Enumerable.Range(0, units)
            .Select(unit => ratings.Select(rater => rater[unit]).OfType<double>().ToArray())
            .Where(values => values.Length > 1).ToList();
        double[] domain = [.. paired.SelectMany(values => values).Distinct().Order()];
        if (domain.Length < 2) return double.NaN;

        var coincidences = new double[domain.Length, domain.Length];
        foreach (var values in paired)
            for (var a = 0; a < values.Length; a++)
                for (var b = 0; b < values.Length; b++)
                    if (a != b) coincidences[Array.BinarySearch(domain, values[a]), Array.BinarySearch(domain, values[b])] += 1.0 / (values.Length - 1);

        var totals = new double[domain.Length];
        for (var i = 0; i < domain.Length; i++)
            for (var j = 0; j < domain.Length; j++) totals[i] += coincidences[i, j];
        var (seen, expected) = (0.0, 0.0);
        for (var i = 0; i < domain.Length; i++)
            for (var j = 0; j < domain.Length; j++)
            {
                var distance = Distance(scale, domain, totals, i, j);
                seen += coincidences[i, j] * distance;
                expected += totals[i] * totals[j] * distance;
            }
        return 1 - (totals.Sum() - 1) * seen / expected;
    }

    /// <summary>The squared difference of two values of the domain.</summary>
    private static double Distance(RatingScale scale, double[] domain, double[] totals, int i, int j)
    {
        if (i == j) return 0;
        var difference = scale switch
        {
            RatingScale.Ordinal => totals[Math.Min(i, j)..(Math.Max(i, j) + 1)].Sum() - (totals[i] + totals[j]) / 2,
            RatingScale.Interval => domain[i] - domain[j],
            RatingScale.Ratio => domain[i] + domain[j] == 0 ? 0 : (domain[i] - domain[j]) / (domain[i] + domain[j]),
            _ => 1,
        };
        return difference * difference;
    }
}
