namespace MtlStudio.Core.Studies;

/// <summary>Fixed loss weights to try: first each task counting double, then seeded draws about even ones.</summary>
public static class LossWeightSets
{
    /// <summary>Standard deviation of a drawn weight's logarithm: two thirds of the draws lie between half and double.</summary>
    private const double Spread = 0.7;

    /// <summary>The set of a number, from 1: one weight a task, scaled to mean 1.</summary>
    /// <param name="count">Sets that are tried in all: with fewer than tasks all are drawn, so that no task is left out by its place.</param>
    public static IReadOnlyList<double> Of(int number, int count, int tasks, long seed)
    {
        double[] raw = count >= tasks && number <= tasks
            ? [.. Enumerable.Range(1, tasks).Select(task => task == number ? 2.0 : 1.0)]
            : [.. Enumerable.Range(0, tasks).Select(task => Math.Exp(Spread * new KeyedRandom(seed, "study/loss-weights", number, task).NextNormal()))];
        var mean = raw.Average();
        return [.. raw.Select(weight => Math.Round(weight / mean, 4))];
    }
}
