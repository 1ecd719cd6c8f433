namespace MtlStudio.Store;

/// <summary>How a table of runs is shown: what a saved view keeps and the page's address says. Null: the page's own default.</summary>
public sealed record RunTableState
{
    /// <summary>A filter as <see cref="RunFilterParser"/> reads it.</summary>
    public string? Filter { get; init; }
    /// <summary>Columns in their order, by name.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
    /// <summary>Columns, the first one counting most; a "-" before the name: the largest first.</summary>
    public IReadOnlyList<string>? Sort { get; init; }
    /// <summary>Columns that the runs are grouped by.</summary>
    public IReadOnlyList<string>? Group { get; init; }
    /// <summary>The series that the chart draws.</summary>
    public string? Chart { get; init; }
    /// <summary>Columns at the left that stay while the others scroll.</summary>
    public int? Pinned { get; init; }
}
