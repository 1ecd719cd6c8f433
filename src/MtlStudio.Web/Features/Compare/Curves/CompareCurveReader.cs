using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Compare.Curves;

/// <summary>What is to be drawn.</summary>
/// <param name="Axis">Its origin is 0: each run counts from its own start.</param>
/// <param name="Tasks">A panel each, in this order.</param>
public sealed record CompareCurveQuery(CompareView View, IReadOnlyList<CompareTask> Tasks, CurveKind Kind, AxisScale Axis, CompareInk Ink);

/// <summary>The panels, and whether a reference is drawn in any.</summary>
public sealed record CompareCurveSet(IReadOnlyList<ChartPanel> Panels, bool HasReference);

/// <summary>
/// Reads a panel a task with a line a run (or a line a group of seeds). One reading a run gives all its curves, the runs side by
/// side; what is drawn grows with the panels' pixels, not with the runs' length.
/// </summary>
public sealed class CompareCurveReader(CurveReader curves, RunReader runs)
{
    /// <summary>Points of all panels together, about: what a browser draws at once without a wait.</summary>
    private const int AllPoints = 24_000;
    private const int MostPoints = 300, FewestPoints = 60;
    /// <summary>With more lines than this, training and validation of all would hide each other.</summary>
    private const int MostBoth = 4;

    /// <summary>What was chosen; else both losses of few lines, and of many validation alone, or training where none was evaluated.</summary>
    public static CurveKind KindOf(CompareView view) => view.Query.Curve
        ?? (view.Lines.Count <= MostBoth ? CurveKind.Both : view.Set.Runs.Any(run => run.Untuned.Count > 0 || run.LastScores.Count > 0) ? CurveKind.Validation : CurveKind.Training);

    /// <summary>One unit of time for all: that of the run that took longest. Each counts from its own start.</summary>
    public static AxisScale AxisOf(CompareView view, DateTimeOffset now) => view.Set.Runs.Select(run => AxisScale.Of(view.Query.X, run.Run, now)).MaxBy(axis => axis.Size)! with { Origin = 0 };

    public async Task<CompareCurveSet> ReadAsync(CompareCurveQuery query, CancellationToken cancellation)
    {
        var references = await ReferenceRunsAsync(query, cancellation);
        var all = query.View.Set.Runs.Select(run => run.Run).Concat(references).DistinctBy(run => run.Id).ToList();
        var trained = query.View.Set.Runs.ToDictionary(run => run.Id, run => run.Tasks.Select(task => task.Name).ToHashSet());
        var points = Math.Clamp(AllPoints / Math.Max(1, query.Tasks.Count * all.Count * (query.Kind == CurveKind.Both ? 2 : 1)), FewestPoints, MostPoints);
        var read = await Task.WhenAll(all.Select(run => ReadAsync(query, run, trained.GetValueOrDefault(run.Id), points, cancellation)));
        var book = all.Select((run, i) => (run.Id, Curves: read[i])).ToDictionary(pair => pair.Id, pair => pair.Curves);
        var hasReference = false;
        var named = new HashSet<string>();
        var panels = new List<ChartPanel>();
        foreach (var task in query.Tasks)
        {
            var lines = new List<ChartSeries>();
            // The grey ones first: what was chosen lies on top.
            foreach (var line in query.View.Lines.OrderBy(line => line.Place is null ? 0 : 1).ThenBy(line => line.Place))
                lines.AddRange(LinesOf(query, task, line, book, named));
            if (lines.Count == 0) continue;
            var reference = ReferenceLines(query, task, book, lines).ToList();
            hasReference |= reference.Count > 0;
            panels.Add(new(task.Name, [.. reference, .. lines])
            {
                Swatch = query.Ink.Task(task.ColorIndex),
                Unit = query.Kind == CurveKind.Score ? $"{task.Metric} {task.Arrow} {Format.ScoreUnit(task.Unit)}".TrimEnd() : $"loss ↓ {task.LossUnit}",
                LogY = query.View.Query.LogY,
                Zoom = query.Axis.ToChart(ZoomOf(query, task)),
            });
        }
        return new(panels, hasReference);
    }

    private async Task<IReadOnlyList<Store.Run>> ReferenceRunsAsync(CompareCurveQuery query, CancellationToken cancellation)
    {
        IEnumerable<long> wanted = query.View.Reference switch
        {
            CompareReference.Baseline => query.View.Lines.Where(line => line.Place is not null).SelectMany(line => line.Runs).SelectMany(run => query.Tasks.Select(task => run.Baselines.GetValueOrDefault(task.Name))).Where(id => id > 0),
            CompareReference.Untuned => [],
            var run => CompareReference.Run(run) is { } id ? [id] : [],
        };
        List<long> ids = [.. wanted.Distinct()];
        return ids.Count == 0 ? [] : await runs.ManyAsync(ids, cancellation);
    }

    private async Task<IReadOnlyDictionary<string, Curve>> ReadAsync(CompareCurveQuery query, Store.Run run, HashSet<string>? trained, int points, CancellationToken cancellation)
    {
        var axis = query.Axis.Axis == XAxis.Time ? query.Axis with { Origin = (run.StartedAt ?? run.CreatedAt).ToUnixTimeMilliseconds() } : query.Axis;
        var found = new Dictionary<string, Curve>();
        // A stretch of one task's own examples is nothing to the others.
        foreach (var alike in query.Tasks.Where(task => trained is null ? run.BaselineTask is null || run.BaselineTask == task.Name : trained.Contains(task.Name)).GroupBy(task => ZoomOf(query, task)))
        {
            var zoom = alike.Key is { } range ? new ChartRange(range.From + axis.Origin, range.To + axis.Origin) : null;
            foreach (var (name, curve) in await curves.ReadAsync(new(run.Id, [.. alike.SelectMany(task => Names(query.Kind, task, isReference: trained is null))], axis, zoom, query.View.Query.Smoothing, points, Fine: 8 * points), cancellation))
                found[name] = curve;
        }
        return found;
    }

    /// <summary>In the unit of the axis, from each run's start.</summary>
    private static ChartRange? ZoomOf(CompareCurveQuery query, CompareTask task) =>
        query.Axis.Axis != XAxis.TaskExamples || query.View.Query.ZoomPanel == task.Name ? query.View.Query.Zoom : null;

    private static IEnumerable<string> Names(CurveKind kind, CompareTask task, bool isReference)
    {
        if (kind == CurveKind.Score) yield return SeriesNames.TaskMetric(task.Name, task.Metric);
        if (kind is CurveKind.Validation or CurveKind.Both || kind == CurveKind.Training && isReference) yield return SeriesNames.TaskValidationLoss(task.Name);
        if (kind is CurveKind.Training or CurveKind.Both && !isReference) yield return SeriesNames.TaskTrainLoss(task.Name);
    }

    private static IEnumerable<ChartSeries> LinesOf(CompareCurveQuery query, CompareTask task, CompareLine line, Dictionary<long, IReadOnlyDictionary<string, Curve>> book, HashSet<string> named)
    {
        foreach (var name in Names(query.Kind, task, isReference: false).Reverse())
        {
            List<Curve> seeds = [.. line.Runs.Select(run => book[run.Id].GetValueOrDefault(name)).OfType<Curve>().Where(curve => curve.X.Length > 0)];
            if (seeds.Count == 0) continue;
            var curve = Scaled(MeanCurve.Of(seeds), query.Kind, task);
            var isThick = line.Place is not null && curve.IsEvaluation;
            yield return new(line.Label, query.Ink.Run(line.Place), curve.X, curve.Y)
            {
                Style = isThick ? SeriesStyle.Validation : SeriesStyle.Train,
                Marker = RunColors.MarkerOf(line.Place),
                // Bands of many runs hide each other.
                Band = line.Place is not null && (seeds.Count > 1 || query.Kind == CurveKind.Training) ? curve.Band : null,
                Group = line.Label,
                InLegend = line.Place is not null && (isThick || query.Kind == CurveKind.Training) && named.Add(line.Label),
            };
        }
    }

    private static IEnumerable<ChartSeries> ReferenceLines(CompareCurveQuery query, CompareTask task, Dictionary<long, IReadOnlyDictionary<string, Curve>> book, IReadOnlyList<ChartSeries> own)
    {
        var grey = query.Ink.Faint;
        var metric = query.Kind == CurveKind.Score ? task.Metric : EvaluationScore.Loss;
        var series = query.Kind == CurveKind.Score ? SeriesNames.TaskMetric(task.Name, task.Metric) : SeriesNames.TaskValidationLoss(task.Name);
        var colored = query.View.Lines.Where(line => line.Place is not null).ToList();
        if (query.View.Reference == CompareReference.Untuned)
        {
            // The untuned model has one score a task: a level across the panel, once however many runs start from it.
            foreach (var level in colored.SelectMany(line => line.Runs).Select(run => run.Untuned.TryGetValue((task.Name, metric), out var value) ? value : double.NaN).Where(double.IsFinite).Distinct())
                yield return Dashed("untuned", [own.Min(line => line.X[0]), own.Max(line => line.X[^1])], [Scale(level, query.Kind, task), Scale(level, query.Kind, task)], grey);
            yield break;
        }
        if (CompareReference.Run(query.View.Reference) is { } chosen)
        {
            if (book.TryGetValue(chosen, out var found) && found.GetValueOrDefault(series) is { X.Length: > 0 } curve && Scaled(curve, query.Kind, task) is var drawn)
                yield return Dashed($"run {chosen}", drawn.X, drawn.Y, grey);
            yield break;
        }
        foreach (var shared in colored.GroupBy(line => string.Join(',', line.Runs.Select(run => run.Baselines.GetValueOrDefault(task.Name)).Where(id => id > 0).Distinct().Order())))
        {
            if (shared.Key.Length == 0) continue;
            List<Curve> seeds = [.. CompareQuery.Numbers(shared.Key).Select(id => book.GetValueOrDefault(id)?.GetValueOrDefault(series)).OfType<Curve>().Where(curve => curve.X.Length > 0)];
            if (seeds.Count == 0) continue;
            var curve = Scaled(MeanCurve.Of(seeds), query.Kind, task);
            yield return Dashed($"baseline {shared.Key.Replace(",", ", ", StringComparison.Ordinal)}", curve.X, curve.Y, shared.Count() == 1 && colored.Count > 1 ? query.Ink.Run(shared.First().Place) : grey);
        }
    }

    private static ChartSeries Dashed(string name, IReadOnlyList<double> x, IReadOnlyList<double> y, string color) => new(name, color, x, y) { Style = SeriesStyle.Reference, InLegend = false };

    /// <summary>Fractions are drawn as percent, as they are written everywhere.</summary>
    private static double Scale(double value, CurveKind kind, CompareTask task) => kind == CurveKind.Score && task.Unit == "fraction" ? 100 * value : value;

    private static Curve Scaled(Curve curve, CurveKind kind, CompareTask task) => kind != CurveKind.Score || task.Unit != "fraction" ? curve : curve with
    {
        Y = Array.ConvertAll(curve.Y, y => 100 * y),
        Band = curve.Band is { } band ? new(band.X, [.. band.Low.Select(y => 100 * y)], [.. band.High.Select(y => 100 * y)]) : null,
    };
}
