namespace MtlStudio.Core.Datasets;

/// <summary>The reader of each format.</summary>
internal static class RowReaders
{
    public static IRowReader Create(ReadContext context) => context.Format.Format switch
    {
        DataFormat.Jsonl => new JsonLinesReader(context),
        DataFormat.Csv or DataFormat.Tsv => new DelimitedReader(context),
        DataFormat.Json => new JsonArrayReader(context),
        DataFormat.Parquet => new ParquetRowReader(context),
        DataFormat.Text => new PlainTextReader(context),
        _ => throw new ArgumentOutOfRangeException(nameof(context), context.Format.Format, "No reader"),
    };
}
