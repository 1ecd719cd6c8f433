namespace MtlStudio.Core.Analysis;

/// <summary>One task's primary metric on validation at each checkpoint that stands.</summary>
/// <param name="Values">(checkpoints): in the metric's own unit; NaN where the checkpoint was not evaluated.</param>
/// <param name="Reference">What the task's floor is counted from, in the same unit; null or not finite: the task has no floor.</param>
/// <param name="PointsPerUnit">Points in one of the metric's units: 100 for fractions, 1 for points. 0 for metrics without points,
/// whose floor is counted in percent of the reference.</param>
public sealed record CheckpointTask(string Name, IReadOnlyList<double> Values, double? Reference, double PointsPerUnit, bool HigherIsBetter = true);

/// <summary>One task's view of the choice.</summary>
/// <param name="OwnBest">Place of the checkpoint that serves the task best, the earliest among equals; −1 where it was never evaluated.</param>
/// <param name="Floor">The least that is accepted, in the metric's unit; null: any score is.</param>
/// <param name="Kept">(checkpoints): whether the floor is kept; a checkpoint that was not evaluated keeps none.</param>
/// <param name="Cost">What the task gives up at the chosen checkpoint beside its own best, in the metric's unit, 0 or more; null where either is missing.</param>
public sealed record TaskChoice(string Name, int OwnBest, double? Floor, IReadOnlyList<bool> Kept, double? Cost);

/// <summary>
/// Which of a run's checkpoints to keep for all its tasks: the best by the unified score among those where no task falls below
/// its floor (its reference less a margin). Chosen on validation; test is for the report.
/// </summary>
/// <param name="Chosen">Its place; −1 where no checkpoint keeps all floors, or none was evaluated.</param>
/// <param name="Best">The best by the unified score whatever the floors, the earliest among equals; −1 where none was evaluated.</param>
/// <param name="Unkept">Tasks whose floor no checkpoint keeps. Where none keeps all and this is empty, the floors are kept one by one and never together.</param>
public sealed record CheckpointChoice(int Chosen, int Best, IReadOnlyList<TaskChoice> Tasks, IReadOnlyList<string> Unkept)
{
    /// <param name="tasks">The tasks whose floors count: targets, no auxiliary ones.</param>
    /// <param name="unified">(checkpoints): the unified score, higher is better; NaN where the checkpoint was not evaluated.</param>
    /// <param name="margin">How far below its reference a task may lie: points, or percent for metrics without points. 0 or more.</param>
    public static CheckpointChoice Of(IReadOnlyList<CheckpointTask> tasks, IReadOnlyList<double> unified, double margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        foreach (var task in tasks)
            if (task.Values.Count != unified.Count) throw new ArgumentException($"{task.Name} has {task.Values.Count} values for {unified.Count} checkpoints", nameof(tasks));
        var kept = tasks.Select(task => KeptOf(task, FloorOf(task, margin))).ToList();
        var chosen = BestOf(unified, higherIsBetter: true, place => kept.TrueForAll(one => one[place]));
        var best = BestOf(unified, higherIsBetter: true, _ => true);
        var rows = tasks.Select((task, i) => RowOf(task, FloorOf(task, margin), kept[i], chosen >= 0 ? chosen : best)).ToList();
        return new(chosen, best, rows, [.. rows.Where(row => row.Floor is not null && row.OwnBest >= 0 && !row.Kept.Contains(true)).Select(row => row.Name)]);
    }

    private static TaskChoice RowOf(CheckpointTask task, double? floor, bool[] kept, int shared)
    {
        var own = BestOf(task.Values, task.HigherIsBetter, _ => true);
        double? cost = own >= 0 && shared >= 0 && double.IsFinite(task.Values[shared]) ? Math.Abs(task.Values[own] - task.Values[shared]) : null;
        return new(task.Name, own, floor, kept, cost);
    }

    private static double? FloorOf(CheckpointTask task, double margin)
    {
        if (task.Reference is not { } reference || !double.IsFinite(reference)) return null;
        var room = task.PointsPerUnit > 0 ? margin / task.PointsPerUnit : Math.Abs(reference) * margin / 100;
        return task.HigherIsBetter ? reference - room : reference + room;
    }

    private static bool[] KeptOf(CheckpointTask task, double? floor) =>
        [.. task.Values.Select(value => floor is not { } least || (task.HigherIsBetter ? value >= least - Rounding(least) : value <= least + Rounding(least)))];

    /// <summary>What "reference − 1" loses to binary fractions must not cost a checkpoint its floor.</summary>
    private static double Rounding(double value) => 1e-12 * Math.Max(1, Math.Abs(value));

    private static int BestOf(IReadOnlyList<double> values, bool higherIsBetter, Func<int, bool> counts)
    {
        var best = -1;
        for (var place = 0; place < values.Count; place++)
            if (double.IsFinite(values[place]) && counts(place) && (best < 0 || (higherIsBetter ? values[place] > values[best] : values[place] < values[best]))) best = place;
        return best;
    }
}
