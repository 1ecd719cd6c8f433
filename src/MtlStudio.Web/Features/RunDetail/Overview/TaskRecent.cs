using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>What a task's row draws from the curves.</summary>
/// <param name="TrainX">Steps of the training loss, few enough for a sparkline.</param>
/// <param name="Coefficient">Mean of the coefficients that the policy gave the task in the last steps; null where there were none.</param>
/// <param name="TrainLoss">Mean training loss between the last two evaluations: what the last validation loss is to be compared with.</param>
public sealed record TaskRecent(double[] TrainX, double[] TrainY, double? Coefficient, double? TrainLoss)
{
    public static TaskRecent None { get; } = new([], [], null, null);
}

/// <summary>Reads the curves behind the rows of all tasks at once.</summary>
public sealed class TaskRecentReader(MetricReader metrics, CurveReader curves)
{
    /// <summary>A sparkline is as wide as that; forty tasks of a long run would else cost forty times all of its points.</summary>
    private const int SparkPoints = 60, FinePoints = 8 * SparkPoints;
    /// <summary>Steps that a coefficient is averaged over: one step's says little under a gradient policy.</summary>
    internal const int CoefficientSteps = 50;

    public async Task<IReadOnlyDictionary<string, TaskRecent>> ReadAsync(RunSnapshot now, CancellationToken cancellation = default)
    {
        var tasks = now.Tasks.Select(task => task.Name).Take(PointsQuery.MostSeries).ToList();
        var id = now.Run.Id;
        int[] evaluated = [.. now.Scores.Steps()];
        var train = await curves.ReadAsync(new(id, [.. tasks.Select(SeriesNames.TaskTrainLoss)], new(XAxis.Step, "step", 0, 1), null, RunQuery.DefaultSmoothing, SparkPoints, Fine: FinePoints), cancellation);
        var weights = await metrics.PointsAsync(id, new() { Series = [.. tasks.Select(SeriesNames.TaskWeight)], From = Math.Max(0, now.Step - CoefficientSteps), MaxPoints = CoefficientSteps }, cancellation);
        IReadOnlyList<SeriesPoints>? before = evaluated.Length < 2 ? null : await metrics.PointsAsync(id, new()
        {
            Series = [.. tasks.Select(SeriesNames.TaskTrainLoss)], From = evaluated[^2] + 1, To = evaluated[^1], MaxPoints = SparkPoints,
        }, cancellation);
        return Enumerable.Range(0, tasks.Count).ToDictionary(i => tasks[i], i => new TaskRecent(train[SeriesNames.TaskTrainLoss(tasks[i])].X, train[SeriesNames.TaskTrainLoss(tasks[i])].Y, Mean(weights[i]), before is null ? null : Mean(before[i])));
    }

    private static double? Mean(SeriesPoints points)
    {
        var finite = points.Mean.Where(double.IsFinite).ToList();
        return finite.Count == 0 ? null : finite.Average();
    }
}
