using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>One training of one model on one mix, described wholly by its spec. The row is the truth of its state and of how far its events are read.</summary>
public sealed class Run
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public RunState State { get; set; }
    /// <summary>Why the run is in its state: the cause of its last transition.</summary>
    public string? StateReason { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When a trainer was first started for it.</summary>
    public DateTimeOffset? StartedAt { get; set; }
    /// <summary>When it became Stopped, Finished or Failed; null after a retry.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>The higher is picked first; equal ones by <see cref="QueueOrder"/>.</summary>
    public int Priority { get; set; }
    public long QueueOrder { get; set; }

    /// <summary>The whole <see cref="RunSpec"/> as JSON.</summary>
    public string SpecJson { get; set; } = "";
    /// <summary>What <see cref="SpecIdentity.Hash"/> gives: equal for runs that would train alike.</summary>
    public string SpecHash { get; set; } = "";
    /// <summary>Drawn from the spec, so that SQL can filter: "cpu" or "cuda".</summary>
    public string DeviceKind { get; set; } = "";
    public string Policy { get; set; } = "";
    public string ModelReference { get; set; } = "";
    /// <summary>The task this run is the single-task baseline of, or null.</summary>
    public string? BaselineTask { get; set; }

    /// <summary>The device it holds now, as "cpu:0".</summary>
    public string? Device { get; set; }
    public int Step { get; set; }
    public int TotalSteps { get; set; }
    public int Attempt { get; set; }
    public DateTimeOffset? AttemptStartedAt { get; set; }
    public int AttemptStartStep { get; set; }
    /// <summary>Attempts that died since the last new checkpoint.</summary>
    public int DeathsWithoutCheckpoint { get; set; }
    /// <summary>What happened and what cures it, of a run that failed.</summary>
    public string? Failure { get; set; }
    /// <summary>The outcome of the attempt's <c>ended</c> event, null while it has none.</summary>
    public string? Outcome { get; set; }
    public long Parameters { get; set; }
    public long TrainableParameters { get; set; }
    /// <summary>Versions, hashes, threads and hardware of the last attempt, as a JSON object of strings.</summary>
    public string? EnvironmentJson { get; set; }
    /// <summary>The last validation's unified score.</summary>
    public double? UnifiedScore { get; set; }

    /// <summary>Bytes of events.jsonl whose rows are written.</summary>
    public long IngestOffset { get; set; }
    /// <summary>The last sequence number whose rows are written.</summary>
    public long IngestSeq { get; set; }

    public string? Note { get; set; }
    public bool Archived { get; set; }
    /// <summary>When it was deleted: from then on nothing shows it, and it can be brought back until its rows go.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public List<RunTag> Tags { get; set; } = [];
    public List<RunTask> Tasks { get; set; } = [];

    /// <summary>The spec, read anew at each call.</summary>
    public RunSpec ReadSpec() => ReadSpecs.Of(SpecJson).Spec;

    /// <summary>Equal for runs that differ in nothing but their seed (<see cref="SeedRuns.GroupHash"/>).</summary>
    public string SeedGroup() => ReadSpecs.Of(SpecJson).GroupHash;
}

public sealed class RunTag
{
    /// <summary>On runs that were trained elsewhere and taken in finished.</summary>
    public const string Recorded = "recorded";

    public long RunId { get; set; }
    public string Tag { get; set; } = "";
}

/// <summary>One step of a run's state machine.</summary>
public sealed class RunTransition
{
    public long Id { get; set; }
    public long RunId { get; set; }
    /// <summary>Null for the run's creation.</summary>
    public RunState? FromState { get; set; }
    public RunState ToState { get; set; }
    public DateTimeOffset Time { get; set; }
    public string Cause { get; set; } = "";
}

/// <summary>One task of a run's mix, with what the trainer found when it started.</summary>
public sealed class RunTask
{
    public long RunId { get; set; }
    public string Name { get; set; } = "";
    /// <summary>The task's place in the mix, from 0; its color everywhere follows from it.</summary>
    public int ColorIndex { get; set; }
    public int TrainExamples { get; set; }
    public int ValidationExamples { get; set; }
    public int TestExamples { get; set; }
    public int Dropped { get; set; }
    /// <summary>Share of examples that the sampler plans, 0 to 1.</summary>
    public double PlannedShare { get; set; }
    public string PrimaryMetric { get; set; } = "";
    public bool HigherIsBetter { get; set; } = true;
}

/// <summary>The single-task run that answers for one task of a joint run; one baseline may serve many.</summary>
public sealed class RunBaseline
{
    public long RunId { get; set; }
    public string Task { get; set; } = "";
    public long BaselineRunId { get; set; }
}
