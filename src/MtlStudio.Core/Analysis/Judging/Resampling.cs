using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MtlStudio.Core.Analysis;

/// <summary>
/// Sets of examples drawn anew with replacement, and their scores. Whatever is scored on the same examples is scored on the same
/// draws, so that any two of the scores are paired. Draws are keyed: the same question always gets the same answer.
/// </summary>
public static class Resampling
{
    public const int DefaultResamples = 2000;

    /// <summary>Of the studio's draws; any will do, and it never changes.</summary>
    internal const long Key = 2002;
    private const int Block = 64;

    /// <param name="sets">Scored on the same examples; asked on several threads at once.</param>
    /// <param name="examples">How many there are; so many are drawn.</param>
    /// <param name="task">Keeps the draws of different tasks apart.</param>
    /// <param name="place">Keeps the draws of different sets of examples of one task apart.</param>
    /// <returns>(sets)(resamples).</returns>
    public static double[][] Scores(IReadOnlyList<SetScore> sets, int examples, string task, int place = 0, int resamples = DefaultResamples)
    {
        var purpose = $"bootstrap/{task}";
        return Scores(sets, examples, resamples, (resample, times) => Fill(new(Key, purpose, resample, place), times));
    }

    /// <summary>The same with the caller's own draws: how often each example is in a resample. Drawn on several threads at once.</summary>
    internal static double[][] Scores(IReadOnlyList<SetScore> sets, int examples, int resamples, Action<int, int[]> draw)
    {
        var scores = sets.Select(_ => new double[resamples]).ToArray();
        Parallel.ForEach(Partitioner.Create(0, resamples, Block), range =>
        {
            var times = new int[examples];
            for (var b = range.Item1; b < range.Item2; b++)
            {
                draw(b, times);
                for (var s = 0; s < scores.Length; s++) scores[s][b] = sets[s](times);
            }
        });
        return scores;
    }

    /// <summary>Draws as many as there are.</summary>
    // Compiled fully at its first call, as are the sums that sets are scored by: a comparison asks for millions before the runtime would get to it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill(KeyedRandom random, int[] times)
    {
        Array.Clear(times);
        for (var i = 0; i < times.Length; i++) times[random.NextInt(times.Length)]++;
    }
}
