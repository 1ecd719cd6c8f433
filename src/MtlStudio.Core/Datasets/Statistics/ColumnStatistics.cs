namespace MtlStudio.Core.Datasets;

/// <summary>What a column of a split holds.</summary>
public sealed record ColumnStatistics
{
    public string Column { get; init; } = "";
    /// <summary>Rows of the split.</summary>
    public int Rows { get; init; }
    /// <summary>Rows without a value, or with an empty text.</summary>
    public int Empty { get; init; }
    /// <summary>Values other than strings (numbers, booleans, lists).</summary>
    public int Json { get; init; }
    /// <summary>Different values that are not empty; a lower bound where <see cref="DistinctCapped"/>.</summary>
    public int Distinct { get; init; }
    /// <summary>There are more different values than were kept (<see cref="DatasetStatistics.DistinctCap"/>).</summary>
    public bool DistinctCapped { get; init; }
    /// <summary>In characters (Unicode code points), over the rows that are not empty; 0 where all are.</summary>
    public int MinLength { get; init; }
    public double MeanLength { get; init; }
    public int MaxLength { get; init; }
    /// <summary>The most frequent values, most frequent first, equal ones in the order of their text. Where
    /// <see cref="DistinctCapped"/>, values that first came after the cap was reached are not among them.</summary>
    public IReadOnlyList<ValueCount> Frequent { get; init; } = [];
}

/// <param name="Value">Cut to <see cref="DatasetStatistics.ValueLength"/> characters.</param>
/// <param name="Rows">Rows that have it.</param>
public sealed record ValueCount(string Value, int Rows);
