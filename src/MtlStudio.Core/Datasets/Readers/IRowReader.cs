namespace MtlStudio.Core.Datasets;

/// <summary>Reads the rows of one file, one after another, holding no more than one of them (Parquet: one row group).</summary>
internal interface IRowReader
{
    /// <summary>The columns found so far; complete from the start where <see cref="HasFixedColumns"/>.</summary>
    ColumnSet Columns { get; }

    /// <summary>All rows have the same columns, known before the first row (delimited text, Parquet, plain text).</summary>
    bool HasFixedColumns { get; }

    /// <summary>Notes faults of single rows in the context, leaves those rows out and goes on; may be called once.</summary>
    /// <exception cref="Runs.InvalidInputException">A fault after which reading cannot go on.</exception>
    IEnumerable<Row> Rows();
}
