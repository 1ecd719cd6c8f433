namespace MtlStudio.Store;

/// <param name="Descending">The largest first; missing values come last either way.</param>
public sealed record RunSort(RunColumn Column, bool Descending)
{
    /// <summary>Reads "created" or "-created"; null where it names no column.</summary>
    public static RunSort? TryParse(string text)
    {
        var descending = text.StartsWith('-');
        return RunColumn.TryParse(descending ? text[1..] : text) is { } column ? new(column, descending) : null;
    }

    public override string ToString() => Descending ? $"-{Column}" : $"{Column}";
}

/// <summary>Which runs, with which columns, in which order.</summary>
public sealed record RunTableQuery
{
    /// <summary>Null: all. Archived runs are left out unless the filter says something of <c>archived</c>.</summary>
    public FilterNode? Filter { get; init; }
    /// <summary>The first one counts most; runs that are alike in all: the newest first.</summary>
    public IReadOnlyList<RunSort> Sort { get; init; } = [];
    public IReadOnlyList<RunColumn> Columns { get; init; } = [];
    /// <summary>Columns that the runs are grouped by; moments by their day (UTC).</summary>
    public IReadOnlyList<RunColumn> Group { get; init; } = [];
    /// <summary>Only the runs of one group: a value for each column of <see cref="Group"/>; null: all.</summary>
    public IReadOnlyList<RunCell>? Within { get; init; }
    public int Skip { get; init; }
    public int Take { get; init; } = 100;
}

/// <summary>One value: a number or a text; neither where it is missing. Times are UTC milliseconds, durations seconds, flags 0 or 1.</summary>
public readonly record struct RunCell(double? Number, string? Text)
{
    public bool IsMissing => Number is null && Text is null;
}

/// <summary>A run as a table shows it.</summary>
/// <param name="Cells">A value for each column asked for.</param>
public sealed record RunTableRow(long Id, string Name, Core.Runs.RunState State, int Step, int TotalSteps, bool Archived, IReadOnlyList<RunCell> Cells)
{
    /// <summary>Why it is in its state.</summary>
    public string? Reason { get; init; }
    public string? Failure { get; init; }
    public string? Note { get; init; }
    /// <summary>In alphabetical order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
    /// <summary>The tasks of its mix; a task's place is its color.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];
}

/// <summary>Runs that are alike in the columns they are grouped by.</summary>
/// <param name="Keys">A value for each of those columns.</param>
/// <param name="Summaries">One for each column asked for.</param>
public sealed record RunGroup(IReadOnlyList<RunCell> Keys, int Count, IReadOnlyList<RunColumnSummary> Summaries);

/// <summary>What a group's runs have in one column.</summary>
/// <param name="Count">Runs that have a number there.</param>
/// <param name="Mean">Of those numbers; null where there is none.</param>
/// <param name="Deviation">Their sample standard deviation; null below two.</param>
/// <param name="Only">The value that all runs share; null where they differ.</param>
/// <param name="Distinct">How many different values there are, a missing one included.</param>
public sealed record RunColumnSummary(int Count, double? Mean, double? Deviation, RunCell? Only, int Distinct);
