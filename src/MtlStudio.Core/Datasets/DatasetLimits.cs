namespace MtlStudio.Core.Datasets;

/// <summary>What an import accepts at most. Beyond it, the import ends with a message that names the limit.</summary>
public static class DatasetLimits
{
    /// <summary>Characters of one line (JSONL, text), or bytes of one record (CSV, TSV, JSON array).</summary>
    public const int LineLength = 32 << 20;
    public const int Columns = 2_000;
    public const int ColumnNameLength = 200;
    /// <summary>Rows of one split.</summary>
    public const int Rows = 100_000_000;
    /// <summary>Rows of one row group of a Parquet file, which is held as a whole.</summary>
    public const int GroupRows = 5_000_000;
    /// <summary>Bytes that one row group of a Parquet file may say it unpacks to, and characters of text that come of it.</summary>
    public const long GroupBytes = 1L << 30;
    /// <summary>Objects and lists inside one another in JSON.</summary>
    public const int JsonDepth = 64;
    /// <summary>Different values of a column that splits are stratified by.</summary>
    public const int Strata = 10_000;
    /// <summary>Faults that are collected before an import gives up.</summary>
    public const int Faults = 20;
}
