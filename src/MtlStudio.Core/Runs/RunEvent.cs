using System.Text.Json.Serialization;

namespace MtlStudio.Core.Runs;

/// <summary>
/// One line of <c>events.jsonl</c>, the only way out of a trainer: JSON in camelCase with a <c>type</c>. Additive only.
/// Readers skip types and fields they do not know. Non-finite numbers are the literals "NaN", "Infinity", "-Infinity".
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(StartedEvent), "started")]
[JsonDerivedType(typeof(RewoundEvent), "rewound")]
[JsonDerivedType(typeof(SeriesEvent), "series")]
[JsonDerivedType(typeof(PointsEvent), "points")]
[JsonDerivedType(typeof(EvaluationEvent), "evaluation")]
[JsonDerivedType(typeof(SampleEvent), "sample")]
[JsonDerivedType(typeof(ExampleScoresEvent), "scores")]
[JsonDerivedType(typeof(CheckpointEvent), "checkpoint")]
[JsonDerivedType(typeof(LogEvent), "log")]
[JsonDerivedType(typeof(AlarmEvent), "alarm")]
[JsonDerivedType(typeof(EndedEvent), "ended")]
public record RunEvent
{
    /// <summary>Rises by one with each line of a run, over all its attempts.</summary>
    public long Seq { get; init; }
    /// <summary>UTC, milliseconds since 1970.</summary>
    public long Time { get; init; }
}

/// <summary>First event of an attempt: what trains, on what, with what.</summary>
public sealed record StartedEvent : RunEvent
{
    public int Attempt { get; init; }
    /// <summary>The step the attempt starts from; 0, or a checkpoint's.</summary>
    public int Step { get; init; }
    public int TotalSteps { get; init; }
    public IReadOnlyList<StartedTask> Tasks { get; init; } = [];
    public long Parameters { get; init; }
    public long TrainableParameters { get; init; }
    /// <summary>What a repetition needs to know: code version, package versions, threads, hardware, hashes of data and tokenizer.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

public sealed record StartedTask
{
    public string Name { get; init; } = "";
    public int TrainExamples { get; init; }
    public int ValidationExamples { get; init; }
    public int TestExamples { get; init; }
    /// <summary>Examples left out because truncation cut away their whole answer.</summary>
    public int Dropped { get; init; }
    /// <summary>Share of examples that the sampler plans for the task, 0 to 1.</summary>
    public double PlannedShare { get; init; }
    public string PrimaryMetric { get; init; } = "";
    public bool HigherIsBetter { get; init; } = true;
}

/// <summary>A resume: what came after <see cref="ToStep"/> in the attempt before counts no more.</summary>
public sealed record RewoundEvent : RunEvent
{
    public int ToStep { get; init; }
    /// <summary>The last sequence number that still counts: the checkpoint's own.</summary>
    public long ToSeq { get; init; }
    public int Attempt { get; init; }
}

/// <summary>Names the series that <see cref="PointsEvent"/>s refer to by id. Ids hold for the run's life; repeating a declaration is harmless.</summary>
public sealed record SeriesEvent : RunEvent
{
    public IReadOnlyList<SeriesDeclaration> Series { get; init; } = [];
}

public sealed record SeriesDeclaration
{
    public int Id { get; init; }
    /// <summary>As <c>loss/train/qa</c>; <see cref="SeriesNames"/> makes them.</summary>
    public string Name { get; init; } = "";
    public string Unit { get; init; } = "";
    /// <summary>"step": the index is a step; "count": a running number (system series), whose time is that of its event.</summary>
    public string Index { get; init; } = "step";
}

/// <summary>The values of several series at one index.</summary>
public sealed record PointsEvent : RunEvent
{
    /// <summary>The step, or the running number for series indexed by count.</summary>
    public long Index { get; init; }
    /// <summary>Training examples seen by all tasks so far (step points only).</summary>
    public long? Examples { get; init; }
    /// <summary>Trained (unmasked) tokens seen so far (step points only).</summary>
    public long? Tokens { get; init; }
    public IReadOnlyList<int> Ids { get; init; } = [];
    public IReadOnlyList<double> Values { get; init; } = [];
}

/// <summary>The end of one evaluation; its loss and metric values are points of their series at the same step.</summary>
public sealed record EvaluationEvent : RunEvent
{
    public int Step { get; init; }
    /// <summary>"validation" or "test".</summary>
    public string Split { get; init; } = "validation";
    public IReadOnlyList<TaskScores> Tasks { get; init; } = [];
    public double? UnifiedScore { get; init; }
    public double Seconds { get; init; }
}

public sealed record TaskScores
{
    public string Task { get; init; } = "";
    public double Loss { get; init; }
    public int Examples { get; init; }
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}

/// <summary>One evaluated example at one step: the same examples at every evaluation of a run.</summary>
public sealed record SampleEvent : RunEvent
{
    public int Step { get; init; }
    public string Split { get; init; } = "validation";
    public string Task { get; init; } = "";
    /// <summary>The example's row number in its split, from 0.</summary>
    public int Example { get; init; }
    public string Input { get; init; } = "";
    public IReadOnlyList<string> References { get; init; } = [];
    public string Output { get; init; } = "";
    /// <summary>True where the output ended by the token limit and not by the model.</summary>
    public bool Cut { get; init; }
    public double Loss { get; init; }
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();
}

/// <summary>A checkpoint appeared (or, with <see cref="Removed"/>, went).</summary>
public sealed record CheckpointEvent : RunEvent
{
    public int Step { get; init; }
    /// <summary>Folder relative to the run's folder.</summary>
    public string Path { get; init; } = "";
    public long Bytes { get; init; }
    /// <summary>Why it is kept: "last", "best:qa", "best".</summary>
    public IReadOnlyList<string> Keeps { get; init; } = [];
    public bool Removed { get; init; }
    public double PauseSeconds { get; init; }
}

public sealed record LogEvent : RunEvent
{
    /// <summary>"info", "warning" or "error".</summary>
    public string Level { get; init; } = "info";
    public string Message { get; init; } = "";
}

/// <summary>Something the user should look at, as a loss that is not finite.</summary>
public sealed record AlarmEvent : RunEvent
{
    public int Step { get; init; }
    /// <summary>A stable word for programs, as "non-finite-loss" or "out-of-memory".</summary>
    public string Kind { get; init; } = "";
    public string? Task { get; init; }
    /// <summary>Of "out-of-memory": examples that go through the model at once from here on.</summary>
    public int? MicroBatchLimit { get; init; }
    public string Message { get; init; } = "";
}

/// <summary>Last event of an attempt.</summary>
public sealed record EndedEvent : RunEvent
{
    /// <summary>"finished", "stopped", "paused" or "failed".</summary>
    public string Outcome { get; init; } = "";
    public int Step { get; init; }
    /// <summary>For a failure: what happened and what cures it.</summary>
    public string? Message { get; init; }
}
