namespace MtlStudio.Core.Analysis;

/// <summary>One task's primary metric with what guessing scores and the best there is; the best may lie below (perplexity).</summary>
/// <param name="Size">Examples scored, for the size-weighted mean.</param>
public sealed record ScoredTask(double Value, double Chance, double Best, long Size = 1)
{
    /// <summary>max(0, (x − random)/(max − random)); NaN where a figure is NaN or nothing lies between guessing and the best.</summary>
    public double Normalized => Best == Chance ? double.NaN : Math.Max(0, (Value - Chance) / (Best - Chance));
}

/// <summary>One number for several tasks of different metrics: 0 is guessing or worse, 1 the best there is. NaN without tasks,
/// and where any task's score is.</summary>
public static class UnifiedScore
{
    /// <summary>Every task counts the same.</summary>
    public static double Macro(IReadOnlyList<ScoredTask> tasks) =>
        tasks.Count == 0 ? double.NaN : tasks.Average(task => task.Normalized);

    /// <summary>Tasks count by the examples they were scored on.</summary>
    public static double SizeWeighted(IReadOnlyList<ScoredTask> tasks) =>
        tasks.Sum(task => task.Normalized * task.Size) / tasks.Sum(task => (double)task.Size);
}
