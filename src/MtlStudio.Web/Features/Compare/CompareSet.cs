using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Compare;

/// <summary>One of the compared runs.</summary>
/// <param name="Tasks">The tasks it trains, in its mix's order: of a baseline only its own.</param>
/// <param name="Baselines">The baseline run of each task that has one.</param>
/// <param name="Untuned">The validation scores of each task before the first step; the loss is a metric like the others.</param>
/// <param name="LastScores">The last validation score of each task's primary metric.</param>
public sealed record CompareRun(Store.Run Run, RunSpec Spec, IReadOnlyList<RunTask> Tasks, IReadOnlyDictionary<string, long> Baselines,
    IReadOnlyDictionary<(string Task, string Metric), double> Untuned, IReadOnlyDictionary<string, double> LastScores)
{
    public long Id => Run.Id;

    /// <summary>Equal for runs that differ only in their seed.</summary>
    public string SeedGroup { get => field ??= SeedRuns.GroupHash(Spec); init; }
}

/// <summary>A task of at least one of the compared runs.</summary>
/// <param name="ColorIndex">Its place in the first mix that has it: its color.</param>
/// <param name="Unit">Of the primary metric: "fraction", "points" or "".</param>
public sealed record CompareTask(string Name, int ColorIndex, string Metric, string Unit, bool HigherIsBetter)
{
    public string Arrow => HigherIsBetter ? "↑" : "↓";
    public string LossUnit => Charts.LossUnit.OfMetric(Metric);
}

/// <summary>What is drawn as one line: a run, or runs that differ only in their seed.</summary>
/// <param name="Place">The place among the colored lines, from 0; null: grey.</param>
public sealed record CompareLine(string Label, IReadOnlyList<CompareRun> Runs, int? Place)
{
    /// <summary>The number the address knows the line by.</summary>
    public long Key => Runs[0].Id;
}

/// <summary>What the page knows of its runs, but for curves, samples and verdicts, which are read where they are shown.</summary>
/// <param name="Missing">Numbers that no run has.</param>
public sealed record CompareSet(IReadOnlyList<CompareRun> Runs, IReadOnlyList<CompareTask> Tasks, IReadOnlyList<long> Missing)
{
    public static CompareSet Empty { get; } = new([], [], []);

    public bool HasBaselines => Runs.Any(run => run.Baselines.Count > 0);

    public bool IsLive => Runs.Any(run => !RunTransitions.IsEnded(run.Run.State));

    /// <summary>True where some runs differ only in their seed.</summary>
    public bool HasSeeds => RunLabels.Groups(Runs).Any(group => group.Count > 1);

    /// <summary>The lines, those named first as colored; where none is named, the first four.</summary>
    public IReadOnlyList<CompareLine> Lines(CompareQuery query)
    {
        var groups = query.GroupSeeds ? RunLabels.Groups(Runs) : [.. Runs.Select(run => (IReadOnlyList<CompareRun>)[run])];
        var labels = RunLabels.Of(groups);
        var colored = query.Colored.Count > 0 ? query.Colored.Where(key => groups.Any(group => group[0].Id == key)).ToList() : [.. groups.Select(group => group[0].Id)];
        return [.. groups.Select((group, i) => new CompareLine(labels[i], group, colored.IndexOf(group[0].Id) is var place and >= 0 && place < Theme.RunColors.Count ? place : null))];
    }
}
