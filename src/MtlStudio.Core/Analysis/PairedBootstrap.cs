namespace MtlStudio.Core.Analysis;

/// <summary>
/// The paired bootstrap (Efron, Tibshirani 1993; Koehn 2004 for corpus metrics): examples are drawn anew with replacement, the same
/// ones for both models, and the whole set's score is taken each time. Of several seeds, seeds are drawn too, and those that
/// were scored on the same examples share the examples' draws. Draws are keyed: the same question always gets the same answer.
/// </summary>
public static class PairedBootstrap
{
    public const int DefaultResamples = 2000;

    private const long Key = 2002; // of the studio's draws; any will do, and it never changes

    /// <param name="seeds">At least one.</param>
    /// <param name="task">Keeps the draws of different tasks apart; seeds are drawn alike for all of them.</param>
    public static PairedDraws Of(IReadOnlyList<PairedSeed> seeds, string task, int resamples = DefaultResamples)
    {
        var first = FirstAlike(seeds);
        return Of(seeds, resamples, Draw);

        void Draw(int resample, int[] seedTimes, int[][] times)
        {
            Fill(new(Key, "bootstrap/seeds", resample), seedTimes);
            for (var s = 0; s < times.Length; s++)
                if (first[s] == s) Fill(new(Key, $"bootstrap/{task}", resample, s), times[s]);
                else times[first[s]].CopyTo(times[s], 0);
        }
    }

    /// <summary>The same with the caller's own draws: how often each seed, and each example of each seed, is in a resample.</summary>
    internal static PairedDraws Of(IReadOnlyList<PairedSeed> seeds, int resamples, Action<int, int[], int[][]> draw)
    {
        var seedTimes = new int[seeds.Count];
        var times = seeds.Select(seed => new int[seed.Examples.Count]).ToArray();
        foreach (var one in times) Array.Fill(one, 1);
        var whole = seeds.Select((seed, s) => (Model: seed.Model(times[s]), Reference: seed.Reference(times[s]))).ToArray();
        var (models, references) = (new double[resamples], new double[resamples]);
        for (var b = 0; b < resamples; b++)
        {
            draw(b, seedTimes, times);
            for (var s = 0; s < seeds.Count; s++)
            {
                if (seedTimes[s] == 0) continue;
                models[b] += seedTimes[s] * seeds[s].Model(times[s]) / seeds.Count;
                references[b] += seedTimes[s] * seeds[s].Reference(times[s]) / seeds.Count;
            }
        }
        return new(models, references)
        {
            Value = whole.Average(pair => pair.Model), ReferenceValue = whole.Average(pair => pair.Reference),
            DeltaBySeed = [.. whole.Select(pair => pair.Model - pair.Reference)], Examples = seeds.Min(seed => seed.Examples.Count),
        };
    }

    /// <summary>(seeds): the first seed that was scored on the same examples.</summary>
    private static int[] FirstAlike(IReadOnlyList<PairedSeed> seeds)
    {
        var first = new int[seeds.Count];
        for (var s = 0; s < seeds.Count; s++)
            while (!seeds[first[s]].Examples.SequenceEqual(seeds[s].Examples)) first[s]++;
        return first;
    }

    private static void Fill(KeyedRandom random, int[] times)
    {
        Array.Clear(times);
        for (var i = 0; i < times.Length; i++) times[random.NextInt(times.Length)]++;
    }
}
