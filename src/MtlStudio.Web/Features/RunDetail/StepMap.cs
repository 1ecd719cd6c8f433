using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>Where a step lies on another axis of the same run.</summary>
/// <param name="before">The place of what lies before the first step.</param>
public sealed class StepMap(double[] steps, double[] places, double before = 0)
{
    private const int Points = 2000;

    public static StepMap Identity { get; } = new([], []);

    /// <param name="task">For <see cref="XAxis.TaskExamples"/>: the task whose examples count.</param>
    public static async Task<StepMap> ReadAsync(MetricReader metrics, long run, XAxis axis, string? task = null, CancellationToken cancellation = default)
    {
        if (axis == XAxis.Step) return Identity;
        if (axis == XAxis.TaskExamples && task is not null)
        {
            var seen = (await metrics.PointsAsync(run, new() { Series = [SeriesNames.TaskExamples(task)], MaxPoints = Points }, cancellation))[0];
            return new(seen.X, seen.Mean);
        }
        // The rate has a point at every step: read over both axes it says which step lies where.
        var query = new PointsQuery { Series = [SeriesNames.LearningRate], MaxPoints = Points };
        var (by, at) = ((await metrics.PointsAsync(run, query, cancellation))[0], (await metrics.PointsAsync(run, query with { X = axis }, cancellation))[0]);
        return by.X.Length == at.X.Length ? new(by.X, at.X, axis == XAxis.Time && at.X.Length > 0 ? at.X[0] : 0) : new([], []);
    }

    /// <summary>The last step known at a place, 0 before the first.</summary>
    public int StepAt(double place)
    {
        if (this == Identity) return (int)place;
        var index = Array.BinarySearch(places, place);
        if (index < 0) index = ~index - 1;
        return index < 0 ? 0 : (int)steps[index];
    }

    /// <summary>The place of a step: that of the last step known up to it.</summary>
    public double PlaceOf(int step)
    {
        if (this == Identity) return step;
        var index = Array.BinarySearch(steps, step);
        if (index < 0) index = ~index - 1;
        return index < 0 ? before : places[index];
    }
}
