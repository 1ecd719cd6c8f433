namespace MtlStudio.Core.Analysis;

/// <summary>Δm over several tasks with its interval.</summary>
/// <param name="Value">In percent, positive when better.</param>
public sealed record DeltaMInterval(double Value, double Low, double High)
{
    /// <summary>Resamples in which a reference scores 0 have no Δm; where so many are, no interval is given.</summary>
    private const double MostUndefined = 0.05;

    /// <summary>Null where Δm is undefined: no task, or one whose reference is 0 or not finite.</summary>
    /// <param name="tasks">Each task's primary metric; the resamples of all tasks are equally many.</param>
    public static DeltaMInterval? Of(IReadOnlyList<TaskEvidence> tasks, double confidence = Verdicts.Confidence)
    {
        if (DeltaM.Of([.. tasks.Select(task => new[] { new BaselinePair(task.Draws.Value, task.Draws.ReferenceValue, task.HigherIsBetter) })]) is not { } value) return null;
        var resamples = tasks[0].Draws.Models.Length;
        // A task after the other over all resamples: a comparison of many runs asks for millions of them.
        var sums = new double[resamples];
        foreach (var task in tasks) AddPercents(sums, task);
        var draws = new List<double>(resamples);
        foreach (var sum in sums)
            if (!double.IsNaN(sum)) draws.Add(sum / tasks.Count);
        draws.Sort();
        if (draws.Count < (1 - MostUndefined) * resamples) return new(value, double.NaN, double.NaN);
        var (low, high) = Percentile.Interval(draws, confidence);
        return new(value, low, high);
    }

    /// <summary>As <see cref="DeltaM.Of"/>, without its lists; NaN where the resample has no Δm.</summary>
    private static void AddPercents(double[] sums, TaskEvidence task)
    {
        var models = task.Draws.Models;
        var references = task.Draws.References;
        var higherIsBetter = task.HigherIsBetter;
        for (var b = 0; b < sums.Length; b++) sums[b] += BaselinePair.PercentOf(models[b], references[b], higherIsBetter) ?? double.NaN;
    }
}
