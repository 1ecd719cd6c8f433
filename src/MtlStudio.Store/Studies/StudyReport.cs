using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store.Judging;

namespace MtlStudio.Store;

/// <summary>One place of a study with the run that fills it.</summary>
/// <param name="Run">Null where it was deleted.</param>
/// <param name="SecondsPerStep">Median; null before the first step.</param>
public sealed record StudyPlace(StudyRun Place, Run? Run, double? SecondsPerStep)
{
    /// <summary>Validation's unified score of a finished run.</summary>
    public double? Score => Run is { State: RunState.Finished, UnifiedScore: { } score } ? score : null;
}

/// <summary>What a study says of one policy: its best candidate, by validation, beside the reference.</summary>
public sealed record PolicyLine
{
    public required string Policy { get; init; }
    /// <summary>Null while nothing has finished.</summary>
    public StudyCandidate? Best { get; init; }
    /// <summary>The best rate lies at an end of the grid.</summary>
    public bool IsAtEdge { get; init; }
    /// <summary>Of the best candidate, one a seed, by rising seed.</summary>
    public IReadOnlyList<long> Runs { get; init; } = [];
    /// <summary>Over the seeds together, in percent, positive when better; null where it cannot be told.</summary>
    public RunDeltaM? DeltaM { get; init; }
    /// <summary>In the order of <see cref="StudyReport.Tasks"/>.</summary>
    public IReadOnlyList<TaskValue> Values { get; init; } = [];
    /// <summary>Median over the runs of all candidates.</summary>
    public double? SecondsPerStep { get; init; }
    public int RunsFinished { get; init; }
    public int RunsPlanned { get; init; }
}

/// <summary>A study as it stands.</summary>
/// <param name="Baselines">The single-task runs that answer for its members, each once.</param>
/// <param name="Tasks">Judged tasks; each line has a value for each.</param>
/// <param name="Lines">The best first; those without a score last.</param>
public sealed record StudyReport(Study Study, PolicyStudy Plan, IReadOnlyList<StudyPlace> Places, IReadOnlyList<Run> Baselines, IReadOnlyList<TaskComparison> Tasks, IReadOnlyList<PolicyLine> Lines, ReferenceChoice Reference)
{
    public int Finished => Places.Count(place => place.Run?.State == RunState.Finished);

    /// <summary>Every run of the study, baselines too.</summary>
    public IReadOnlyList<Run> Runs => [.. Places.Select(place => place.Run).OfType<Run>().DistinctBy(run => run.Id), .. Baselines];

    /// <summary>True while something may still come by itself.</summary>
    public bool IsUnderWay => Runs.Any(run => !RunTransitions.IsEnded(run.State));

    /// <summary>Places that are empty, failed or stopped: what a resume would take up.</summary>
    public int Broken => Places.Count(place => place.Run is null or { State: RunState.Failed or RunState.Stopped }) + Baselines.Count(run => run.State is RunState.Failed or RunState.Stopped);
}
