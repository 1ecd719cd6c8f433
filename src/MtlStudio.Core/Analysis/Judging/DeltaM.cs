namespace MtlStudio.Core.Analysis;

/// <summary>One metric of one task beside its single-task baseline.</summary>
public sealed record BaselinePair(double Value, double Baseline, bool HigherIsBetter)
{
    /// <summary>100·s·(M − B)/|B| in percent, s = +1 where higher is better and −1 where lower is: positive is better whatever the
    /// direction and the baseline's sign. Null where the baseline is 0 or a figure is not finite: undefined.</summary>
    public double? Percent => PercentOf(Value, Baseline, HigherIsBetter);

    internal static double? PercentOf(double value, double baseline, bool higherIsBetter) => baseline == 0 || !double.IsFinite(baseline) || !double.IsFinite(value)
        ? null
        : 100 * (higherIsBetter ? 1 : -1) * (value - baseline) / Math.Abs(baseline);
}

/// <summary>Δm: the mean relative change against the single-task baselines (Maninis, Radosavovic, Kokkinos 2019), positive when
/// better; averaged within a task first. Much of the literature flips the sign: say which way is good beside the number.</summary>
public static class DeltaM
{
    /// <summary>One task, in percent; null where any of its metrics is undefined.</summary>
    public static double? OfTask(IReadOnlyList<BaselinePair> metrics) => Mean([.. metrics.Select(pair => pair.Percent)]);

    /// <summary>All tasks, in percent; null where any task is undefined.</summary>
    public static double? Of(IReadOnlyList<IReadOnlyList<BaselinePair>> tasks) => Mean([.. tasks.Select(OfTask)]);

    private static double? Mean(double?[] values) => values.Length == 0 || values.Contains(null) ? null : values.Average();
}
