using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>log(validation loss ÷ the reference's) of every task at every evaluation: above 0 is worse than the reference.</summary>
public static class LossRatios
{
    /// <summary>The tasks, the one that fares worst at its last evaluation first; those without a reference last.</summary>
    public static IReadOnlyList<TaskInfo> WorstFirst(RunSnapshot now, Reference reference) =>
        [.. now.Tasks.OrderByDescending(task => Of(now, reference, task.Name) is [.., { Ratio: var last }] && double.IsFinite(last) ? last : double.NegativeInfinity)];

    /// <summary>One ratio by evaluated step; NaN where the reference has no loss there.</summary>
    public static IReadOnlyList<(int Step, double Ratio)> Of(RunSnapshot now, Reference reference, string task) =>
        [.. now.Scores.Curve(task, EvaluationScore.Loss).Select(row => (row.Step,
            References.Of(now, reference, task, EvaluationScore.Loss, row.Step).Value is { } other && other > 0 ? Math.Log(row.Score / other) : double.NaN))];
}
