using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>The panels of the tasks' losses, with what new points go on from.</summary>
public sealed record TaskCurveSet(IReadOnlyList<ChartPanel> Panels, LiveTail Tail, bool HasReference);

/// <summary>Reads a panel a task: training loss with its raw band, validation loss, the reference's validation loss, marks.</summary>
public sealed class TaskCurveReader(CurveReader curves, MetricReader metrics)
{
    private const int PanelPoints = 300, MostMarks = 60;
    private const string Training = "training", Validation = "validation";

    public async Task<TaskCurveSet> ReadAsync(RunView view, IReadOnlyList<TaskInfo> tasks, AxisScale axis, bool dark, CancellationToken cancellation)
    {
        var (now, query) = (view.Now, view.Query);
        var own = new Dictionary<string, Curve>();
        // A stretch of one task's own examples is nothing to the others.
        foreach (var alike in tasks.GroupBy(task => ZoomOf(query, axis, task)))
            foreach (var (name, curve) in await curves.ReadAsync(new(view.Id, [.. alike.SelectMany(task => new[] { SeriesNames.TaskTrainLoss(task.Name), SeriesNames.TaskValidationLoss(task.Name) })],
                axis, alike.Key, query.Smoothing, PanelPoints, Fine: 8 * PanelPoints), cancellation)) own[name] = curve;
        if (own.Values.All(curve => curve.X.Length == 0)) return new([], new(axis, query.Smoothing), false);
        var all = axis.Axis == XAxis.TaskExamples ? null : await StepMap.ReadAsync(metrics, view.Id, axis.Axis, cancellation: cancellation);
        var pauses = await PausesAsync(now, cancellation);
        var panels = new List<ChartPanel>();
        var tail = new LiveTail(axis, query.Smoothing);
        var hasReference = false;
        foreach (var task in tasks)
        {
            var color = TaskColors.Of(task.ColorIndex, dark);
            var train = own[SeriesNames.TaskTrainLoss(task.Name)];
            var validation = own[SeriesNames.TaskValidationLoss(task.Name)];
            tail.Follow(train, panels.Count, Training);
            List<ChartSeries> lines = [new(Training, color, train.X, train.Y) { Band = train.Band }];
            if (validation.X.Length > 0) lines.Add(new(Validation, color, validation.X, validation.Y) { Style = SeriesStyle.Validation, Marker = TaskColors.MarkerOf(task.ColorIndex) });
            if (await ReferenceAsync(view, task, axis, lines, dark, cancellation) is { } reference)
            {
                lines.Add(reference);
                hasReference = true;
            }
            var map = all ?? await StepMap.ReadAsync(metrics, view.Id, axis.Axis, task.Name, cancellation);
            panels.Add(new(task.Name, lines) { Swatch = color, Unit = task.LossUnit != LossUnit.Nats || panels.Count == 0 ? task.LossUnit : "", LogY = query.LogY, ClipsOutliers = query.ClipsOutliers, Marks = Marks(now, map, axis, pauses), Zoom = axis.ToChart(ZoomOf(query, axis, task)) });
        }
        return new(panels, tail, hasReference);
    }

    private async Task<ChartSeries?> ReferenceAsync(RunView view, TaskInfo task, AxisScale axis, IReadOnlyList<ChartSeries> own, bool dark, CancellationToken cancellation)
    {
        var grey = (dark ? ChartPalette.Dark : ChartPalette.Light).Faint;
        if (view.Reference == Reference.Untuned)
        {
            // The untuned model has one loss: a level across the panel.
            if (view.Now.Scores.At(task.Name, EvaluationScore.Loss, 0) is not { } level) return null;
            var ends = own.Where(line => line.X.Count > 0).ToList();
            return ends.Count == 0 ? null : new("untuned", grey, [ends.Min(line => line.X[0]), ends.Max(line => line.X[^1])], [level, level]) { Style = SeriesStyle.Reference };
        }
        if (view.Now.Behind(view.Reference).FirstOrDefault(row => row.Task == task.Name) is not { } baseline) return null;
        var name = SeriesNames.TaskValidationLoss(task.Name);
        var itsAxis = axis.Axis == XAxis.Time ? axis with { Origin = (baseline.Run.StartedAt ?? baseline.Run.CreatedAt).ToUnixTimeMilliseconds() } : axis;
        var curve = (await curves.ReadAsync(new(baseline.Run.Id, [name], itsAxis, itsAxis.ToStore(axis.ToChart(ZoomOf(view.Query, axis, task))), 0, PanelPoints), cancellation))[name];
        return curve.X.Length == 0 ? null : new(view.Reference == Reference.Baseline ? $"baseline (run {baseline.Run.Id})" : $"run {baseline.Run.Id}", grey, curve.X, curve.Y) { Style = SeriesStyle.Reference };
    }

    private static ChartRange? ZoomOf(RunQuery query, AxisScale axis, TaskInfo task) => axis.Axis != XAxis.TaskExamples || query.ZoomPanel == task.Name ? query.Zoom : null;

    /// <summary>The steps at which the run stood still and went on later: a pause, a stop that was retried, a trainer that died.</summary>
    private async Task<IReadOnlyList<int>> PausesAsync(RunSnapshot now, CancellationToken cancellation)
    {
        var last = now.Transitions.LastOrDefault(row => row.ToState == RunState.Running)?.Time;
        var times = now.Transitions.Where(row => row.FromState is { } from && RunTransitions.IsActive(from) && !RunTransitions.IsActive(row.ToState) && (row.Time < last || row.ToState == RunState.Paused)).Select(row => row.Time).ToList();
        if (times.Count == 0) return [];
        var map = await StepMap.ReadAsync(metrics, now.Run.Id, XAxis.Time, cancellation: cancellation);
        return [.. times.Select(time => map.StepAt(time.ToUnixTimeMilliseconds()))];
    }

    private static List<ChartMark> Marks(RunSnapshot now, StepMap map, AxisScale axis, IReadOnlyList<int> pauses)
    {
        List<ChartMark> marks = [.. now.Alarms.TakeLast(MostMarks).Select(alarm => Mark(alarm.Step, MarkKind.Alarm)), .. pauses.TakeLast(MostMarks).Select(step => Mark(step, MarkKind.Pause)), .. now.Checkpoints.TakeLast(MostMarks).Select(row => Mark(row.Step, MarkKind.Checkpoint))];
        if (now.Scores.Steps() is { Count: <= MostMarks } evaluated) marks.AddRange(evaluated.Select(step => Mark(step, MarkKind.Evaluation)));
        return marks;

        ChartMark Mark(int step, MarkKind kind) => new(axis.ToChart(map.PlaceOf(step)), kind);
    }
}
