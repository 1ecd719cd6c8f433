using MtlStudio.Core.Catalog;
using MtlStudio.Core.Metrics;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail.Evaluation;

/// <summary>One column of scores: a metric of a task.</summary>
/// <param name="Unit">A loss's own, as "nats", else the metric's.</param>
public sealed record ScoreColumn(TaskInfo Task, string Metric, string Title, string Unit, bool HigherIsBetter)
{
    public bool IsLoss => Metric == EvaluationScore.Loss;

    public string Text(double? value) => IsLoss ? Format.Loss(value) : Format.Score(value, Unit);

    public string Delta(double? value) => IsLoss ? Format.LossDelta(value) : Format.ScoreDelta(value, Unit);

    public string Header => $"{Title} {(HigherIsBetter ? "↑" : "↓")} {(IsLoss ? Unit : Format.ScoreUnit(Unit))}".TrimEnd();

    /// <summary>Every task's primary metric; or, of one task, its loss and all its metrics.</summary>
    public static IReadOnlyList<ScoreColumn> Of(RunSnapshot now, string? task)
    {
        if (now.Tasks.FirstOrDefault(known => known.Name == task) is not { } one)
            return [.. now.Tasks.Select(each => new ScoreColumn(each, each.Metric, each.Metric, each.Unit, each.HigherIsBetter))];
        return [new(one, EvaluationScore.Loss, "loss", one.LossUnit, false), .. RunSpecValidator.EffectiveMetrics(one.Spec).Select(metric =>
            new ScoreColumn(one, metric, metric, TaskInfo.UnitOf(metric), MetricRegistry.Find(metric)?.HigherIsBetter ?? true))];
    }
}
