using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>What one task has had of the mix so far.</summary>
/// <param name="Planned">Share of examples that the sampler plans, 0 to 1; null before the trainer has said.</param>
/// <param name="Realized">Share of examples seen.</param>
/// <param name="TokenShare">Share of trained (unmasked) tokens.</param>
/// <param name="Passes">Examples seen over the examples there are.</param>
/// <param name="Noise">Two standard deviations of the realized share if every micro-batch is drawn on its own; null before the first.</param>
public sealed record TaskShare(TaskInfo Task, double? Planned, double? Realized, double? Examples, double? Tokens, double? TokenShare, double? Passes, double? GradientNorm, double? Noise)
{
    /// <summary>Share of all tasks' gradient norms at their last records, 0 to 1; null before the first.</summary>
    public double? GradientShare { get; private init; }

    /// <summary>What the task has of a measure, 0 to 1.</summary>
    public double? In(ShareMeasure measure) => measure switch { ShareMeasure.Tokens => TokenShare, ShareMeasure.Gradient => GradientShare, _ => Realized };

    public static IReadOnlyList<TaskShare> Of(RunSnapshot now)
    {
        var tokens = now.Tasks.Sum(task => now.Last(SeriesNames.TaskTokens(task.Name)) ?? 0);
        var norms = now.Tasks.Sum(task => now.Last(SeriesNames.TaskGradientNorm(task.Name)) is { } one && double.IsFinite(one) ? one : 0);
        var microBatches = now.Tasks.Sum(task => now.Last(SeriesNames.TaskExamples(task.Name)) ?? 0) / Math.Max(1, now.Spec.Training.MicroBatch);
        return [.. now.Tasks.Select(task =>
        {
            double? planned = task.Row.PlannedShare > 0 ? task.Row.PlannedShare : null;
            var (examples, own) = (now.Last(SeriesNames.TaskExamples(task.Name)), now.Last(SeriesNames.TaskTokens(task.Name)));
            return new TaskShare(task, planned, now.Last(SeriesNames.TaskShare(task.Name)), examples, own, own / (tokens > 0 ? tokens : null),
                task.Row.TrainExamples > 0 ? examples / task.Row.TrainExamples : null, now.Last(SeriesNames.TaskGradientNorm(task.Name)),
                microBatches >= 1 && planned is { } share ? 2 * Math.Sqrt(share * (1 - share) / microBatches) : null)
            {
                GradientShare = norms > 0 && now.Last(SeriesNames.TaskGradientNorm(task.Name)) is { } norm && double.IsFinite(norm) ? norm / norms : null,
            };
        })];
    }

    /// <summary>The task whose part of the trained tokens differs most from its part of the examples.</summary>
    public static string Sentence(IReadOnlyList<TaskShare> shares, bool isEnded)
    {
        var known = shares.Where(row => row is { Realized: > 0, TokenShare: > 0 }).ToList();
        if (known.Count == 0) return isEnded ? "The run ended before a step told how often each task was drawn." : "Shares show with the first step.";
        var far = known.MaxBy(row => Math.Abs(Math.Log(row.TokenShare!.Value / row.Realized!.Value)))!;
        var text = $"{far.Task.Name}: {Percent(far.Realized)} of examples, {Percent(far.TokenShare)} of trained tokens.";
        return known.Where(row => row.Passes >= 2).MaxBy(row => row.Passes) is { } often ? $"{text} {often.Task.Name} sees its data {often.Passes:0.0} times." : text;
    }

    private static string Percent(double? share) => $"{Math.Round(100 * share!.Value)} %";
}
