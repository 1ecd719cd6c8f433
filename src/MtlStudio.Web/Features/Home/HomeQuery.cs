using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
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
    public static readonly ILookup<long, RunDelta> NoVerdicts = Array.Empty<RunDelta>().ToLookup(delta => delta.RunId);
    public static readonly ILookup<long, SeedDelta> NoSeeds = Array.Empty<SeedDelta>().ToLookup(_ => 0L);

    /// <summary>Of the finished runs shown, beside their baselines.</summary>
    public ILookup<long, RunDelta> Verdicts { get; init; } = NoVerdicts;

    /// <summary>Of those whose training was run under other seeds, too: all of them together.</summary>
    public ILookup<long, SeedDelta> Seeds { get; init; } = NoSeeds;

    /// <summary>True where nothing was run here yet: the recorded sample study does not count.</summary>
    public bool HasNoOwnRuns => Running.Count + Waiting.Count + Paused.Count == 0 && Ended.All(IsRecorded);

    /// <summary>The joint runs of the recorded sample study, by number.</summary>
    public IReadOnlyList<Run> Recorded => [.. Ended.Where(IsRecorded).OrderBy(run => run.Id)];

    public static bool IsRecorded(Run run) => run.Tags.Any(tag => tag.Tag == RunTag.Recorded);

    /// <summary>What is hurt in the newest training of which anything is; null where nothing is.</summary>
    public HurtTraining? Hurt => HurtTraining.Among(this) is [var newest, ..] ? newest : null;

    private string? HurtWords()
    {
        var hurt = HurtTraining.Among(this);
        if (hurt.Count == 0) return null;
        var more = hurt.Skip(1).Sum(other => other.Runs.Count);
        return hurt[0].Words + (more > 0 ? $", and tasks of {more} more {(more == 1 ? "run" : "runs")}" : "");
    }

    /// <summary>What there is to say, in one sentence.</summary>
    public string Sentence
    {
        get
        {
            if (HasNoOwnRuns && Ended.Count == 0) return "No run yet: start the sample, or begin a run of your own.";
            if (HasNoOwnRuns) return HurtWords() is { } shown ? $"The recorded sample study: {shown}." : "The recorded sample study stands below; start a run of your own.";
            var parts = new List<string>();
            if (Running.Count > 0) parts.Add(Running.Count == 1 ? "1 run trains" : $"{Running.Count} runs train");
            if (Waiting.Count > 0) parts.Add(Waiting.Count == 1 ? "1 waits" : $"{Waiting.Count} wait");
            if (Paused.Count > 0) parts.Add(Paused.Count == 1 ? "1 is paused" : $"{Paused.Count} are paused");
            if (parts.Count == 0) parts.Add("Nothing trains now");
            var failed = Ended.Count(run => run.State == RunState.Failed);
            if (failed > 0) parts.Add(failed == 1 ? $"run {Ended.First(run => run.State == RunState.Failed).Id} failed" : $"{failed} of the last runs failed");
            if (HurtWords() is { } hurt) parts.Add(hurt);
            return string.Join(", ", parts) + ".";
        }
    }
}

/// <summary>Reads what the home page shows, in a few small queries whatever the number of runs.</summary>
public sealed class HomeQuery(RunReader runs, RunQueue queue, MetricReader metrics, RunVerdicts verdicts)
{
    private const int MostRunning = 12, MostWaiting = 50, MostEnded = 12, MostCurves = 4, PointsACurve = 60;

    public async Task<HomeSnapshot> ReadAsync(CancellationToken cancellation = default)
    {
        var active = await runs.RunsAsync(new() { States = [RunState.Starting, RunState.Running, RunState.Pausing, RunState.Stopping], Sort = "startedAt", Take = MostRunning }, cancellation);
        var waiting = await queue.QueuedAsync(cancellation);
        var reasons = waiting.Count == 0 ? new Dictionary<long, string>() : await queue.WaitReasonsAsync(cancellation);
        var paused = await runs.RunsAsync(new() { States = [RunState.Paused], Take = MostEnded }, cancellation);
        // Baselines stand beside their mixes; by themselves they are worth a line only where something went wrong.
        var ended = (await runs.RunsAsync(new() { States = [RunState.Finished, RunState.Failed, RunState.Stopped], Baselines = false, Sort = "endedAt", Take = MostEnded }, cancellation)).Items
            .Concat((await runs.RunsAsync(new() { States = [RunState.Failed], Baselines = true, Sort = "endedAt", Take = MostEnded }, cancellation)).Items)
            .OrderByDescending(run => run.EndedAt).Take(MostEnded).ToList();

        var cards = new List<RunningCard>();
        var alarms = new List<Alarm>();
        foreach (var run in active.Items)
        {
            cards.Add(await CardAsync(run, cancellation));
            alarms.AddRange(await runs.AlarmsAsync(run.Id, cancellation));
        }
        // Tasks that broke at one step broke by one cause: the failure in the list names them all.
        foreach (var run in ended.Where(run => run.State == RunState.Failed)) alarms.AddRange((await runs.AlarmsAsync(run.Id, cancellation)).DistinctBy(alarm => (alarm.Kind, alarm.Step)));
        return new(cards, [.. waiting.Take(MostWaiting).Select(run => new WaitingRun(run, reasons.GetValueOrDefault(run.Id, "")))],
            paused.Items, ended, [.. alarms.OrderByDescending(alarm => alarm.Time).Take(MostEnded)])
        {
            Verdicts = (await verdicts.OfAsync([.. ended.Select(run => run.Id)], cancellation: cancellation)).ToLookup(delta => delta.RunId),
            Seeds = await verdicts.OfSeedsAsync([.. ended.Select(run => run.Id)], cancellation: cancellation),
        };
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
