namespace MtlStudio.Core.Datasets;

/// <summary>Statistics of a dataset by split and column, in one pass and bounded memory.</summary>
public static class DatasetStatistics
{
    /// <summary>Different values of a column that are counted.</summary>
    public const int DistinctCap = 10_000;
    /// <summary>Frequent values that are told.</summary>
    public const int FrequentCap = 20;
    /// <summary>Characters by which values are told apart and shown.</summary>
    public const int ValueLength = 200;

    /// <summary>By split, then in the order of the columns.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ColumnStatistics>> Of(DatasetVersion version, CancellationToken cancellation = default) =>
        SplitNames.All.ToDictionary(split => split, split => Of(version.Read(split), version.Columns, cancellation));

    /// <param name="rows">All of these columns.</param>
    /// <param name="columns">The columns to look at.</param>
    /// <param name="cancellation">Ends the pass.</param>
    public static IReadOnlyList<ColumnStatistics> Of(IEnumerable<Row> rows, IReadOnlyList<string> columns, CancellationToken cancellation = default)
    {
        var counters = columns.Select(column => new ColumnCounter(column)).ToArray();
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var counter in counters) counter.Add(row);
        }
        return [.. counters.Select(counter => counter.Result())];
    }
}
