namespace MtlStudio.Core.Analysis;

/// <summary>
/// The paired bootstrap (Efron, Tibshirani 1993; Koehn 2004 for corpus metrics): examples are drawn anew with replacement, the same
/// ones for both models, and the whole set's score is taken each time. Of several seeds, seeds are drawn too, and those that
/// were scored on the same examples share the examples' draws.
/// </summary>
public static class PairedBootstrap
{
    /// <param name="seeds">At least one.</param>
    /// <param name="task">Keeps the draws of different tasks apart; seeds are drawn alike for all of them.</param>
    public static PairedDraws Of(IReadOnlyList<PairedSeed> seeds, string task, int resamples = Resampling.DefaultResamples) => Of([seeds], task, resamples)[0];

    /// <summary>
    /// Several questions about one task at once: each gets the answer that it would get alone. What they ask about the same side on
    /// the same examples is worked out once, so many runs beside few references cost little more than the runs.
    /// </summary>
    /// <param name="questions">(questions)(seeds): one seed or several each.</param>
    public static IReadOnlyList<PairedDraws> Of(IReadOnlyList<IReadOnlyList<PairedSeed>> questions, string task, int resamples = Resampling.DefaultResamples)
    {
        var examples = new List<IReadOnlyList<int>>();
        var asked = questions.Select(seeds =>
        {
            List<int> sets = [.. seeds.Select(seed => PlaceOf(examples, seed.Examples))];
            // Seeds on the same examples share the draws of the first of them.
            return seeds.Select((seed, s) => (Seed: seed, Draws: (Set: sets[s], Place: sets.IndexOf(sets[s])))).ToList();
        }).ToList();
        var scores = new Dictionary<((int Set, int Place) Draws, SetScore Side), ModelScores>();
        foreach (var alike in asked.SelectMany(seeds => seeds).GroupBy(one => one.Draws))
        {
            var count = examples[alike.Key.Set].Count;
            List<SetScore> sides = [.. alike.SelectMany(one => new[] { one.Seed.Model, one.Seed.Reference }).Distinct()];
            var resampled = Resampling.Scores(sides, count, task, alike.Key.Place, resamples);
            for (var i = 0; i < sides.Count; i++) scores[(alike.Key, sides[i])] = new(Whole(sides[i], count), resampled[i]);
        }
        return [.. asked.Select(seeds => Over([.. seeds.Select(one => new SeedScores(one.Seed.Examples.Count, scores[(one.Draws, one.Seed.Model)], scores[(one.Draws, one.Seed.Reference)]))]))];
    }

    /// <summary>Draws the seeds, and joins what each of them scored.</summary>
    /// <param name="seeds">At least one, with equally many resamples.</param>
    internal static PairedDraws Over(IReadOnlyList<SeedScores> seeds)
    {
        double[] models = seeds[0].Model.Resampled, references = seeds[0].Reference.Resampled;
        if (seeds.Count > 1)
        {
            (models, references) = (new double[models.Length], new double[models.Length]);
            var times = new int[seeds.Count];
            for (var b = 0; b < models.Length; b++)
            {
                Resampling.Fill(new(Resampling.Key, "bootstrap/seeds", b), times);
                for (var s = 0; s < seeds.Count; s++)
                {
                    // A seed that is not drawn does not count, not even one whose score is no number.
                    if (times[s] == 0) continue;
                    models[b] += times[s] * seeds[s].Model.Resampled[b] / seeds.Count;
                    references[b] += times[s] * seeds[s].Reference.Resampled[b] / seeds.Count;
                }
            }
        }
        return new(models, references)
        {
            Value = seeds.Average(seed => seed.Model.Whole), ReferenceValue = seeds.Average(seed => seed.Reference.Whole),
            DeltaBySeed = [.. seeds.Select(seed => seed.Model.Whole - seed.Reference.Whole)], Examples = seeds.Min(seed => seed.Examples),
        };
    }

    /// <summary>Where these examples stand among those known; they are added where they are new.</summary>
    private static int PlaceOf(List<IReadOnlyList<int>> known, IReadOnlyList<int> examples)
    {
        var place = known.FindIndex(other => ReferenceEquals(other, examples) || other.SequenceEqual(examples));
        if (place >= 0) return place;
        known.Add(examples);
        return known.Count - 1;
    }

    private static double Whole(SetScore score, int examples)
    {
        var times = new int[examples];
        Array.Fill(times, 1);
        return score(times);
    }
}

/// <summary>One model's score of the whole set, and of each resample.</summary>
/// <param name="Resampled">(resamples).</param>
internal sealed record ModelScores(double Whole, double[] Resampled);

/// <summary>Two models' scores on the same examples under one seed.</summary>
internal sealed record SeedScores(int Examples, ModelScores Model, ModelScores Reference);
