using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>Which way a difference lies.</summary>
public enum Lean { None, Better, Worse, Unclear }

/// <summary>One task's row of the overview.</summary>
public sealed record TaskRow(TaskInfo Task, EvaluationScore? Score, ReferenceScore Reference, double? Share, TaskRecent Recent, EvaluationScore? ValidationLoss, IReadOnlyList<ChartSeries> Lines)
{
    /// <summary>The smallest difference that matters by default, in points; below it a difference is called unclear.</summary>
    private const double SmallestPoints = 1;

    public double? Difference => References.Difference(Score, Reference);
    /// <summary>Validation less training loss, in nats.</summary>
    public double? Gap => ValidationLoss is { } loss && Recent.TrainLoss is { } train ? loss.Score - train : null;

    public Lean Lean => Of(Difference, Task.Unit, Task.HigherIsBetter);

    /// <summary>Better or worse from the smallest difference that matters on; scores without points have none, so any difference counts.</summary>
    public static Lean Of(double? difference, string unit, bool higherIsBetter)
    {
        if (difference is not { } value || !double.IsFinite(value)) return Lean.None;
        var points = unit == "fraction" ? 100 * value : value;
        if (unit is "fraction" or "points" ? Math.Abs(points) < SmallestPoints : points == 0) return Lean.Unclear;
        return points > 0 == higherIsBetter ? Lean.Better : Lean.Worse;
    }

    public static IReadOnlyList<TaskRow> Of(RunSnapshot now, Reference reference, IReadOnlyDictionary<string, TaskRecent> recent, bool dark) => [.. now.Tasks.Select(task =>
    {
        var own = recent.GetValueOrDefault(task.Name) ?? TaskRecent.None;
        var score = now.Scores.Last(task.Name, task.Metric);
        var color = TaskColors.Of(task.ColorIndex, dark);
        var validation = now.Scores.Curve(task.Name, EvaluationScore.Loss);
        return new TaskRow(task, score, References.Of(now, reference, task.Name, task.Metric, score?.Step ?? now.Step),
            now.Last(SeriesNames.TaskShare(task.Name)), own, validation is [.., var last] ? last : null,
            [
                new("training", color, own.TrainX, own.TrainY),
                new("validation", color, [.. validation.Select(row => (double)row.Step)], [.. validation.Select(row => row.Score)]) { Style = SeriesStyle.Validation },
            ]);
    })];

    /// <summary>The sparkline in words.</summary>
    public string Summary => ValidationLoss is null ? $"No loss of {Task.Name} yet"
        : $"Validation loss of {Task.Name} from {Format.Loss(Lines[1].Y[0])} to {Format.Loss(ValidationLoss.Score)} by step {Format.Count(ValidationLoss.Step)}";
}
