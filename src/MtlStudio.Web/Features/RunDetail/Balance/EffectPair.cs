using MtlStudio.Core.Analysis;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>What steps along one task's gradient alone did to a task's validation loss right after, over the trials read.</summary>
/// <param name="Mean">Of 1 − loss after ÷ loss before: over 0 the step helped, below 0 the target paid.</param>
/// <param name="HalfWidth">Of the interval, 95 % over all pairs together; infinite with fewer than three trials.</param>
public sealed record EffectPair(string Source, string Target, double Mean, double HalfWidth, int Trials)
{
    /// <summary>Fewer trials than this make no claim.</summary>
    public const int FewestTrials = 5;

    public bool IsClear => Trials >= FewestTrials && Math.Abs(Mean) > HalfWidth;

    public bool Pays => IsClear && Mean < 0;

    public string Words => !IsClear ? "can't tell yet" : Mean < 0 ? "pays" : "gains";

    /// <summary>The pairs that have a trial, each with an interval that holds for all of them together (Student's t, Bonferroni).</summary>
    public static IReadOnlyList<EffectPair> Of(IReadOnlyList<(string Source, string Target, IReadOnlyList<double> Trials)> read)
    {
        var known = read.Select(pair => (pair.Source, pair.Target, Values: pair.Trials.Where(double.IsFinite).ToArray())).Where(pair => pair.Values.Length > 0).ToList();
        var level = 1 - 0.05 / (2 * Math.Max(1, known.Count(pair => pair.Source != pair.Target && pair.Values.Length >= FewestTrials)));
        return [.. known.Select(pair =>
        {
            var (mean, count) = (pair.Values.Average(), pair.Values.Length);
            if (count < 3) return new EffectPair(pair.Source, pair.Target, mean, double.PositiveInfinity, count);
            var variance = pair.Values.Sum(value => (value - mean) * (value - mean)) / (count - 1);
            return new EffectPair(pair.Source, pair.Target, mean, Student(level, count - 1) * Math.Sqrt(variance / count), count);
        })];
    }

    /// <summary>The quantile of Student's t by its expansion about the normal one (Abramowitz and Stegun 26.7.5).</summary>
    private static double Student(double level, int freedom)
    {
        var z = NormalQuantile.Of(level);
        var square = z * z;
        double[] terms = [z * (square + 1) / 4, z * ((5 * square + 16) * square + 3) / 96, z * (((3 * square + 19) * square + 17) * square - 15) / 384];
        return z + terms.Select((term, i) => term / Math.Pow(freedom, i + 1)).Sum();
    }
}
