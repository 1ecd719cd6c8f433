using MtlStudio.Core;

namespace MtlStudio.Training.Weighting;

/// <summary>
/// The part of a step that a policy can use: tasks with a finite loss and, for gradient policies, a finite gradient norm.
/// One task's NaN fills its whole row and column, so the others are combined without it.
/// </summary>
internal sealed class FiniteTasks
{
    private readonly WeighInput input;

    private FiniteTasks(WeighInput input, int[] kept, double[,] gram) => (this.input, Kept, Gram) = (input, kept, gram);

    /// <summary>(n): indices into <see cref="WeighInput.Tasks"/>.</summary>
    public int[] Kept { get; }

    public int Count => Kept.Length;

    /// <summary>(n, n): the Gram matrix of the kept tasks; empty for <see cref="OfLosses"/>.</summary>
    public double[,] Gram { get; }

    /// <summary>Tasks that a gradient policy can use.</summary>
    public static FiniteTasks Of(WeighInput input)
    {
        var all = input.NeedGram();
        var kept = Enumerable.Range(0, input.Tasks.Count)
            .Where(k => double.IsFinite(all[k, k]) && (input.Losses is null || double.IsFinite(input.Losses[k])))
            .ToArray();
        return new(input, kept, kept.Length == input.Tasks.Count ? all : Part(all, kept));
    }

    /// <summary>Tasks whose loss is finite.</summary>
    public static FiniteTasks OfLosses(WeighInput input)
    {
        var losses = input.NeedLosses();
        return new(input, [.. Enumerable.Range(0, losses.Count).Where(k => double.IsFinite(losses[k]))], new double[0, 0]);
    }

    /// <summary>Those of the kept tasks that hold <paramref name="where"/> (an index among the kept), with the same input.</summary>
    public FiniteTasks Where(Func<int, bool> where)
    {
        var chosen = Enumerable.Range(0, Count).Where(where).ToArray();
        return new(input, [.. chosen.Select(i => Kept[i])], Part(Gram, chosen));
    }

    /// <summary>A kept task's name.</summary>
    public string Name(int i) => input.Tasks[Kept[i]];

    /// <summary>A kept task's loss.</summary>
    public double Loss(int i) => input.NeedLosses()[Kept[i]];

    /// <summary>(n): norms of the kept tasks' gradients.</summary>
    public double[] Norms() => [.. Enumerable.Range(0, Count).Select(i => Math.Sqrt(Math.Max(0, Gram[i, i])))];

    /// <summary>(n, n): in which order each kept task meets the kept ones, itself left out: the draws given, or keyed ones.</summary>
    public int[][] Orders(string purpose)
    {
        var orders = new int[Count][];
        for (var i = 0; i < Count; i++)
        {
            if (input.Draws?.Orders is { } given)
            {
                orders[i] = [.. given[Kept[i]].Select(j => Array.IndexOf(Kept, j)).Where(j => j >= 0 && j != i)];
                continue;
            }
            var order = Enumerable.Range(0, Count).ToArray();
            new KeyedRandom(input.Seed, purpose, input.Step, Kept[i]).Shuffle(order.AsSpan());
            orders[i] = [.. order.Where(j => j != i)];
        }
        return orders;
    }

    /// <summary>Puts the kept tasks' coefficients back in place; the others get 0, and those that are not finite are named.</summary>
    public Weighing Spread(IReadOnlyList<double> coefficients, string? note = null)
    {
        var all = new double[input.Tasks.Count];
        for (var i = 0; i < Count; i++) all[Kept[i]] = coefficients[i];
        return new(all)
        {
            LeftOut = [.. input.Tasks.Where((_, k) => !IsFinite(k))],
            Note = note ?? (Count == 0 ? "No task has a finite loss and gradient: the step has no direction" : null),
        };
    }

    private bool IsFinite(int task) =>
        (input.Losses is null || double.IsFinite(input.Losses[task])) && (input.Gram is null || double.IsFinite(input.Gram[task, task]));

    private static double[,] Part(double[,] all, int[] kept)
    {
        if (all.Length == 0) return all;
        var part = new double[kept.Length, kept.Length];
        for (var i = 0; i < kept.Length; i++)
            for (var j = 0; j < kept.Length; j++)
                part[i, j] = all[kept[i], kept[j]];
        return part;
    }
}
