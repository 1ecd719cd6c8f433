using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>One task's row of the overview.</summary>
/// <param name="Standing">Its primary metric beside the chosen reference; null where the task is not judged (an auxiliary one).</param>
/// <param name="Score">The score that stands for the task: what was judged, else the last on validation.</param>
public sealed record TaskRow(TaskInfo Task, TaskValue? Standing, double? Score, double? Share, TaskRecent Recent, EvaluationScore? ValidationLoss, IReadOnlyList<ChartSeries> Lines)
{
    /// <summary>Validation less training loss, in the loss's unit.</summary>
    public double? Gap => ValidationLoss is { } loss && Recent.TrainLoss is { } train ? loss.Score - train : null;

    public static IReadOnlyList<TaskRow> Of(RunSnapshot now, Reference reference, IReadOnlyDictionary<string, TaskRecent> recent, bool dark) => [.. now.Tasks.Select(task =>
    {
        var own = recent.GetValueOrDefault(task.Name) ?? TaskRecent.None;
        var standing = now.Standing(reference, task.Name);
        var color = TaskColors.Of(task.ColorIndex, dark);
        var validation = now.Scores.Curve(task.Name, EvaluationScore.Loss);
        return new TaskRow(task, standing, standing?.Value ?? now.Scores.Last(task.Name, task.Metric)?.Score, now.Last(SeriesNames.TaskShare(task.Name)), own, validation is [.., var last] ? last : null,
            [
                new("training", color, own.TrainX, own.TrainY),
                new("validation", color, [.. validation.Select(row => (double)row.Step)], [.. validation.Select(row => row.Score)]) { Style = SeriesStyle.Validation },
            ]);
    })];

    /// <summary>The sparkline in words.</summary>
    public string Summary => ValidationLoss is null ? $"No loss of {Task.Name} yet"
        : $"Validation loss of {Task.Name} from {Format.Loss(Lines[1].Y[0])} to {Format.Loss(ValidationLoss.Score)} by step {Format.Count(ValidationLoss.Step)}";
}
