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
        var resamples = tasks[0].Draws.Models.Count;
        var draws = new List<double>(resamples);
        for (var b = 0; b < resamples; b++)
            if (OfResample(tasks, b) is { } drawn) draws.Add(drawn);
        draws.Sort();
        if (draws.Count < (1 - MostUndefined) * resamples) return new(value, double.NaN, double.NaN);
        var (low, high) = Percentile.Interval(draws, confidence);
        return new(value, low, high);
    }

    /// <summary>As <see cref="DeltaM.Of"/>, without its lists: a comparison asks for thousands.</summary>
    private static double? OfResample(IReadOnlyList<TaskEvidence> tasks, int resample)
    {
        var sum = 0.0;
        foreach (var task in tasks)
        {
            if (BaselinePair.PercentOf(task.Draws.Models[resample], task.Draws.References[resample], task.HigherIsBetter) is not { } percent) return null;
            sum += percent;
        }
        return sum / tasks.Count;
    }
}
