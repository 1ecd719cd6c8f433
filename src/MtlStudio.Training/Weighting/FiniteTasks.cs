namespace MtlStudio.Training.Weighting;

/// <summary>
/// The part of a step that a Gram policy can use: tasks with a finite loss and a finite gradient norm. One task's NaN
/// fills its whole row and column, so the others are combined without it.
/// </summary>
internal sealed class FiniteTasks
{
    private readonly WeighInput input;

    private FiniteTasks(WeighInput input, int[] kept, double[,] gram) => (this.input, Kept, Gram) = (input, kept, gram);

    /// <summary>(n): indices into <see cref="WeighInput.Tasks"/>.</summary>
    public int[] Kept { get; }

    /// <summary>(n, n): the Gram matrix of the kept tasks.</summary>
    public double[,] Gram { get; }

    public static FiniteTasks Of(WeighInput input)
    {
        var all = input.NeedGram();
        var kept = Enumerable.Range(0, input.Tasks.Count)
            .Where(k => double.IsFinite(all[k, k]) && (input.Losses is null || double.IsFinite(input.Losses[k])))
            .ToArray();
        if (kept.Length == input.Tasks.Count) return new(input, kept, all);
        var gram = new double[kept.Length, kept.Length];
        for (var i = 0; i < kept.Length; i++)
            for (var j = 0; j < kept.Length; j++)
                gram[i, j] = all[kept[i], kept[j]];
        return new(input, kept, gram);
    }

    /// <summary>Puts the kept tasks' coefficients back in place; the others get 0 and are named.</summary>
    public Weighing Spread(double[] coefficients, string? note = null)
    {
        var all = new double[input.Tasks.Count];
        for (var i = 0; i < Kept.Length; i++) all[Kept[i]] = coefficients[i];
        return new(all)
        {
            LeftOut = [.. input.Tasks.Where((_, k) => !Kept.Contains(k))],
            Note = note ?? (Kept.Length == 0 ? "No task has a finite loss and gradient: the step has no direction" : null),
        };
    }
}
