using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>One metric series of a run; its points lie in the metric tables.</summary>
public sealed class Series
{
    public long Id { get; set; }
    public long RunId { get; set; }
    public string Name { get; set; } = "";
    public string Unit { get; set; } = "";
    public SeriesIndex Kind { get; set; }
    /// <summary>The number that <c>points</c> events call it by.</summary>
    public int WireId { get; set; }
    public long Count { get; set; }
    /// <summary>-1 while it has no point.</summary>
    public long LastIndex { get; set; } = -1;
    /// <summary>Null where it is not finite: then <see cref="LastFlag"/> says how.</summary>
    public double? LastValue { get; set; }
    public NonFinite LastFlag { get; set; }
    /// <summary>The last event that wrote to it.</summary>
    public long LastSeq { get; set; }

    /// <summary>The last value, NaN or infinite where it was so; null while there is no point.</summary>
    public double? Last => Count == 0 ? null : NonFinites.Decode(LastValue, LastFlag);
}

/// <summary>What a series counts by: training steps, or a running number (system series).</summary>
public enum SeriesIndex { Step, Count }

/// <summary>One score of one task at one evaluation; "loss" is a metric like the others.</summary>
public sealed class EvaluationScore
{
    public const string Loss = "loss";
    /// <summary>The metric of the row that stands for the whole mix; its task is "".</summary>
    public const string Unified = "unified";

    public long Id { get; set; }
    public long RunId { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset Time { get; set; }
    public int Step { get; set; }
    public string Split { get; set; } = "";
    public string Task { get; set; } = "";
    public string Metric { get; set; } = "";
    /// <summary>Null where it is not finite: then <see cref="Flag"/> says how.</summary>
    public double? Value { get; set; }
    public NonFinite Flag { get; set; }
    public int Examples { get; set; }

    /// <summary>The value, NaN or infinite where it was so.</summary>
    public double Score => NonFinites.Decode(Value, Flag);
}

/// <summary>One evaluated example at one step.</summary>
public sealed class Sample
{
    public long Id { get; set; }
    public long RunId { get; set; }
    public long Seq { get; set; }
    public int Step { get; set; }
    public string Split { get; set; } = "";
    public string Task { get; set; } = "";
    /// <summary>Row number in its split, from 0.</summary>
    public int Example { get; set; }
    public string Input { get; set; } = "";
    /// <summary>A JSON array of texts.</summary>
    public string ReferencesJson { get; set; } = "[]";
    public string Output { get; set; } = "";
    /// <summary>True where the token limit ended the output.</summary>
    public bool Cut { get; set; }
    /// <summary>Null where it was not finite.</summary>
    public double? Loss { get; set; }
    /// <summary>A JSON object from metric to score.</summary>
    public string ScoresJson { get; set; } = "{}";

    public IReadOnlyList<string> ReadReferences() => JsonSerializer.Deserialize<string[]>(ReferencesJson, WireJson.Compact) ?? [];

    public IReadOnlyDictionary<string, double> ReadScores() =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(ScoresJson, WireJson.Compact) ?? [];
}

/// <summary>A checkpoint that stands on disk.</summary>
public sealed class Checkpoint
{
    public long Id { get; set; }
    public long RunId { get; set; }
    /// <summary>The event with which it appeared.</summary>
    public long Seq { get; set; }
    public DateTimeOffset Time { get; set; }
    public int Step { get; set; }
    /// <summary>Folder relative to the run's.</summary>
    public string Path { get; set; } = "";
    public long Bytes { get; set; }
    /// <summary>Why it is kept, separated by spaces: "last best:qa".</summary>
    public string Keeps { get; set; } = "";
    public double PauseSeconds { get; set; }
}

public sealed class LogLine
{
    public long Id { get; set; }
    public long RunId { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset Time { get; set; }
    /// <summary>"info", "warning" or "error".</summary>
    public string Level { get; set; } = "";
    public string Message { get; set; } = "";
}

/// <summary>Something the user should look at.</summary>
public sealed class Alarm
{
    public long Id { get; set; }
    public long RunId { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset Time { get; set; }
    public int Step { get; set; }
    public string Kind { get; set; } = "";
    public string? Task { get; set; }
    public string Message { get; set; } = "";
}

/// <summary>Where in events.jsonl a sequence number ends, noted now and then, so that a reader need not start at the top.</summary>
public sealed class EventMark
{
    public long RunId { get; set; }
    public long Seq { get; set; }
    /// <summary>The byte after the event's line.</summary>
    public long EndOffset { get; set; }
}
