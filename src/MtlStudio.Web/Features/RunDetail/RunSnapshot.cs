using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>All that the page says of a run at one moment, except for curves and samples, which are read where they are shown.</summary>
public sealed class RunSnapshot
{
    public required Store.Run Run { get; init; }
    public required RunSpec Spec { get; init; }
    /// <summary>The tasks that are trained: of a baseline only its own.</summary>
    public required IReadOnlyList<TaskInfo> Tasks { get; init; }
    public required IReadOnlyList<Series> Series { get; init; }
    public required ScoreBook Scores { get; init; }
    public required IReadOnlyList<Checkpoint> Checkpoints { get; init; }
    public required IReadOnlyList<Alarm> Alarms { get; init; }
    public required IReadOnlyList<RunTransition> Transitions { get; init; }
    public required IReadOnlyList<BaselineView> Baselines { get; init; }
    /// <summary>The tasks of the run that is pinned as reference; empty where none is.</summary>
    public IReadOnlyList<BaselineView> Pinned { get; init; } = [];
    /// <summary>How the tasks stand beside each reference that was asked for; beside the baselines always where there are any.</summary>
    public IReadOnlyDictionary<Reference, Comparison> Standings { get; init; } = new Dictionary<Reference, Comparison>();
    /// <summary>How the tasks stand beside the baselines over all seeds of this training together; empty where this is the only one.</summary>
    public IReadOnlyList<SeedDelta> Seeds { get; init; } = [];
    /// <summary>What a queued run waits for, else null.</summary>
    public string? WaitReason { get; init; }

    /// <summary>How a task stands beside a reference; null where that was not asked for, or the task is not judged.</summary>
    public TaskValue? Standing(Reference reference, string task) =>
        Standings.GetValueOrDefault(reference)?.Tasks.FirstOrDefault(row => row.Task == task) is { Values: [var value, ..] } ? value : null;

    /// <summary>The runs that serve as a reference, by task.</summary>
    public IReadOnlyList<BaselineView> Behind(Reference reference) => reference switch { Reference.Baseline => Baselines, Reference.Pinned => Pinned, _ => [] };

    /// <summary>Nothing more comes of it.</summary>
    public bool IsEnded => RunTransitions.IsEnded(Run.State);
    public int Step => Run.Step;
    public int TotalSteps => Run.TotalSteps;
    public bool HasSeries(string name) => latest.ContainsKey(name);

    private Dictionary<string, double> latest = [];
    private Dictionary<int, string> names = [];

    /// <summary>The last value of a series; null where it has none.</summary>
    public double? Last(string series) => latest.TryGetValue(series, out var value) ? value : null;

    /// <summary>The unit of a series: of a loss its task's own, which records of earlier versions do not tell.</summary>
    public string UnitOf(string series, string recorded)
    {
        if (!LossUnit.Is(recorded)) return recorded;
        var units = Tasks.Where(task => SeriesTask.Of(series) is not { } name || task.Name == name).Select(task => task.LossUnit).Distinct().ToList();
        return units switch { [] => recorded, [var one] => one, _ => "" };
    }

    /// <summary>The name that points events call by a number, or null.</summary>
    public string? NameOf(int wireId) => names.GetValueOrDefault(wireId);

    /// <summary>Takes in points that came since, so that the numbers move without reading the store.</summary>
    public void Apply(IEnumerable<RunEvent> events)
    {
        foreach (var value in events.OfType<PointsEvent>())
        {
            if (value.Examples is not null) Run.Step = (int)Math.Max(Run.Step, value.Index);
            for (var i = 0; i < Math.Min(value.Ids.Count, value.Values.Count); i++)
                if (names.TryGetValue(value.Ids[i], out var name)) latest[name] = value.Values[i];
        }
    }

    internal RunSnapshot Indexed()
    {
        latest = Series.Where(row => row.Last is not null).ToDictionary(row => row.Name, row => row.Last!.Value);
        names = Series.ToDictionary(row => row.WireId, row => row.Name);
        return this;
    }
}

/// <summary>What the page needs to know of a task.</summary>
/// <param name="Unit">Of the primary metric: "fraction", "points" or "".</param>
public sealed record TaskInfo(RunTask Row, TaskSpec Spec, string Unit)
{
    public string Name => Row.Name;
    public int ColorIndex => Row.ColorIndex;
    public string Metric => Row.PrimaryMetric;
    public bool HigherIsBetter => Row.HigherIsBetter;

    public string LossUnit => Charts.LossUnit.OfKind(Spec.Kind);

    public static string UnitOf(string metric) => MetricRegistry.Find(metric)?.Unit ?? "";
}

/// <summary>The run that one task stands beside: its single-task baseline, or the pinned run.</summary>
public sealed record BaselineView(string Task, Store.Run Run, ScoreBook Scores);
