using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Home;

/// <summary>One task of a running run, with its curve.</summary>
/// <param name="Change">Last ÷ first validation loss (training loss where there is none yet); null before two points.</param>
public sealed record TaskCurve(string Task, int Color, IReadOnlyList<double> X, IReadOnlyList<double> Y, double? Change);

/// <summary>A run that trains now.</summary>
/// <param name="Curves">At most four, the one that learns least first.</param>
public sealed record RunningCard(Run Run, IReadOnlyList<TaskCurve> Curves, double? TokensPerSecond, int MoreTasks);

/// <summary>A run that waits, and for what.</summary>
public sealed record WaitingRun(Run Run, string Reason);

/// <summary>What the home page shows.</summary>
public sealed record HomeSnapshot(
    IReadOnlyList<RunningCard> Running, IReadOnlyList<WaitingRun> Waiting, IReadOnlyList<Run> Paused, IReadOnlyList<Run> Ended, IReadOnlyList<Alarm> Alarms)
{
    public bool HasNoRuns => Running.Count + Waiting.Count + Paused.Count + Ended.Count == 0;

    /// <summary>What there is to say, in one sentence.</summary>
    public string Sentence
    {
        get
        {
            if (HasNoRuns) return "No run yet: start the sample, or begin a run of your own.";
            var parts = new List<string>();
            if (Running.Count > 0) parts.Add(Running.Count == 1 ? "1 run trains" : $"{Running.Count} runs train");
            if (Waiting.Count > 0) parts.Add(Waiting.Count == 1 ? "1 waits" : $"{Waiting.Count} wait");
            if (Paused.Count > 0) parts.Add(Paused.Count == 1 ? "1 is paused" : $"{Paused.Count} are paused");
            if (parts.Count == 0) parts.Add("Nothing trains now");
            var failed = Ended.Count(run => run.State == RunState.Failed);
            if (failed > 0) parts.Add(failed == 1 ? $"run {Ended.First(run => run.State == RunState.Failed).Id} failed" : $"{failed} of the last runs failed");
            return string.Join(", ", parts) + ".";
        }
    }
}

/// <summary>Reads what the home page shows, in a few small queries whatever the number of runs.</summary>
public sealed class HomeQuery(RunReader runs, RunQueue queue, MetricReader metrics)
{
    private const int MostRunning = 12, MostWaiting = 50, MostEnded = 12, MostCurves = 4, PointsACurve = 60;

    public async Task<HomeSnapshot> ReadAsync(CancellationToken cancellation = default)
    {
        var active = await runs.RunsAsync(new() { States = [RunState.Starting, RunState.Running, RunState.Pausing, RunState.Stopping], Sort = "startedAt", Take = MostRunning }, cancellation);
        var waiting = await queue.QueuedAsync(cancellation);
        var reasons = waiting.Count == 0 ? new Dictionary<long, string>() : await queue.WaitReasonsAsync(cancellation);
        var paused = await runs.RunsAsync(new() { States = [RunState.Paused], Take = MostEnded }, cancellation);
        var ended = await runs.RunsAsync(new() { States = [RunState.Finished, RunState.Failed, RunState.Stopped], Sort = "endedAt", Take = MostEnded }, cancellation);

        var cards = new List<RunningCard>();
        var alarms = new List<Alarm>();
        foreach (var run in active.Items)
        {
            cards.Add(await CardAsync(run, cancellation));
            alarms.AddRange(await runs.AlarmsAsync(run.Id, cancellation));
        }
        foreach (var run in ended.Items.Where(run => run.State == RunState.Failed)) alarms.AddRange(await runs.AlarmsAsync(run.Id, cancellation));
        return new(cards, [.. waiting.Take(MostWaiting).Select(run => new WaitingRun(run, reasons.GetValueOrDefault(run.Id, "")))],
            paused.Items, ended.Items, [.. alarms.OrderByDescending(alarm => alarm.Time).Take(MostEnded)]);
    }

    private async Task<RunningCard> CardAsync(Run run, CancellationToken cancellation)
    {
        var tasks = run.Tasks.Where(task => run.BaselineTask is null || task.Name == run.BaselineTask).ToList();
        var points = await metrics.PointsAsync(run.Id, new()
        {
            Series = [.. tasks.SelectMany(task => new[] { SeriesNames.TaskValidationLoss(task.Name), SeriesNames.TaskTrainLoss(task.Name) }), SeriesNames.TokensPerSecond],
            MaxPoints = PointsACurve,
        }, cancellation);
        var curves = tasks.Select((task, i) =>
        {
            var shown = points[2 * i].X.Length > 1 ? points[2 * i] : points[2 * i + 1];
            double? change = shown.Mean.Length > 1 && shown.Mean[0] > 0 ? shown.Mean[^1] / shown.Mean[0] : null;
            return new TaskCurve(task.Name, task.ColorIndex, shown.X, shown.Mean, change);
        }).OrderByDescending(curve => curve.Change ?? double.PositiveInfinity).ToList();
        return new(run, [.. curves.Take(MostCurves)], points[^1].Mean is [.., var rate] ? rate : null, Math.Max(0, curves.Count - MostCurves));
    }
}
