using System.Text.Json.Serialization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>What files are taken for: one entry for each dataset that they make.</summary>
public sealed record DetectionResult
{
    public IReadOnlyList<DatasetGuess> Datasets { get; init; } = [];
}

/// <summary>One dataset, as it would be imported, and the task that it is good for. Import and task may be used as they are.</summary>
public sealed record DatasetGuess
{
    /// <summary>Unique among the datasets found together; a task's name too.</summary>
    public string Name { get; init; } = "";
    public TaskForm Form { get; init; }
    public Confidence Confidence { get; init; }
    /// <summary>Why it is taken for that, a sentence each.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
    /// <summary>Training first.</summary>
    public IReadOnlyList<FileGuess> Files { get; init; } = [];
    public IReadOnlyList<ColumnGuess> Columns { get; init; } = [];
    /// <summary>How the files are to be imported.</summary>
    public ImportOptions Import { get; init; } = new();
    /// <summary>Why rows are divided as <see cref="ImportOptions.Split"/> says; null where every split is given.</summary>
    public string? SplitReason { get; init; }
    /// <summary>Template, kind, metrics; without data. Null: no task can be made of it (yet), and <see cref="Later"/> or <see cref="Faults"/> say why.</summary>
    public TaskSpec? Task { get; init; }
    /// <summary>What speaks for the metrics.</summary>
    public string? MetricReason { get; init; }
    /// <summary>Of a classification: the most frequent first; at most <see cref="DetectionLimits.Labels"/>.</summary>
    public IReadOnlyList<ValueCount> Labels { get; init; } = [];
    /// <summary>Of a list of label names: these, in its order. Of a classification: the list beside it that gave its numbered labels their words.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LabelNames { get; init; } = [];
    /// <summary>Tokens of prompt and answer that nearly all examples fit in, at about <see cref="DetectionLimits.CharactersPerToken"/> characters a token.</summary>
    public int? MaxLength { get; init; }
    /// <summary>The first training row in the template; null where it could not be rendered.</summary>
    public RenderedExample? Example { get; init; }
    /// <summary>The first rows, with their columns as after the import: to try other templates on.</summary>
    [JsonIgnore]
    public IReadOnlyList<Row> Sample { get; init; } = [];
    /// <summary>What the studio does not do with such data yet, and what can be done meanwhile.</summary>
    public string? Later { get; init; }
    public IReadOnlyList<DataFault> Faults { get; init; } = [];
    /// <summary>Rows, among those looked at, that cannot be read: the first of them are faults, and an import may leave them out.</summary>
    public int BadRows { get; init; }

    public bool IsReady => Task is not null && Faults.All(fault => fault.Severity != FaultSeverity.Error);
}

/// <param name="File">Its place among the files that were given.</param>
/// <param name="Split">One of <see cref="SplitNames"/>, or null: its rows are divided.</param>
/// <param name="Rows">Rows that were looked at.</param>
/// <param name="IsWhole">The file has no more rows than these.</param>
/// <param name="Format">How it is read; null where that could not be found.</param>
public sealed record FileGuess(int File, string Name, string? Split, long Bytes, long Rows, bool IsWhole, FileFormat? Format);

/// <param name="Column">As it is named after the import.</param>
/// <param name="FileColumn">As the file names it, or by its place ("column1").</param>
/// <param name="Rows">Rows looked at.</param>
/// <param name="Empty">Of these, rows without a value.</param>
/// <param name="Distinct">Different values; a lower bound where <paramref name="DistinctCapped"/>.</param>
/// <param name="MeanLength">In characters, over rows with a value.</param>
/// <param name="Values">A few of its values, the most frequent first, shortened.</param>
public sealed record ColumnGuess(
    string Column, string FileColumn, ColumnRole Role, string Reason,
    long Rows, long Empty, int Distinct, bool DistinctCapped, double MeanLength, int MaxLength, IReadOnlyList<string> Values);

public enum FaultSeverity
{
    /// <summary>Good to know.</summary>
    Note,
    /// <summary>It can be imported; look whether that is meant.</summary>
    Warning,
    /// <summary>It cannot be imported until this is mended.</summary>
    Error,
}

/// <param name="File">The file's name; null: the dataset as a whole.</param>
/// <param name="Line">1-based; null: the file as a whole.</param>
/// <param name="Message">What is wrong with which value, and the cure.</param>
public sealed record DataFault(FaultSeverity Severity, string? File, long? Line, string Message)
{
    /// <summary>It is of one row, and an import that leaves bad rows out goes on without it.</summary>
    public bool IsRow { get; init; }

    public override string ToString() => (File, Line) switch
    {
        (null, _) => Message,
        (_, null) => $"{File}: {Message}",
        _ => $"{File}, line {Line}: {Message}",
    };
}
