using CsvHelper;

namespace MtlStudio.Core.Datasets;

/// <summary>CSV and TSV. Values are taken as they stand, spaces and all; empty lines are no rows.</summary>
internal sealed class DelimitedReader : IRowReader
{
    private readonly ReadContext context;

    public DelimitedReader(ReadContext context)
    {
        this.context = context;
        using var text = context.OpenText();
        using var records = Records(text).GetEnumerator();
        if (!records.MoveNext()) throw context.Faults.Fatal(context.Name, null, "it has no rows");
        var first = records.Current;
        Columns = ColumnNaming.Decide(context, first.Line, context.Format.HasHeader ? first.Fields : null, first.Fields.Length);
        context.BytesRead = 0;
    }

    public ColumnSet Columns { get; }
    public bool HasFixedColumns => true;

    public IEnumerable<Row> Rows()
    {
        using var text = context.OpenText();
        var header = context.Format.HasHeader;
        foreach (var record in Records(text))
        {
            if (!header && IsSound(record)) yield return new Row(Columns, record.Fields);
            header = false;
        }
    }

    private bool IsSound(DelimitedRecords.Record record)
    {
        var count = record.Fields.Length;
        var fault = record.Quotes.Broken > 0
            ? "a quoted field is not closed, or text follows its closing quote: double the quotes inside it, close it, or say that quotes are ordinary characters here (quoting none)"
            : count != Columns.Count
                ? $"it has {count} {(count == 1 ? "field" : "fields")}, but the {(context.Format.HasHeader ? "header" : "first row")} has {Columns.Count}: mend the row"
                  + (context.Format.Quoting == Quoting.None ? ", or say that quotes enclose fields here (quoting rfc4180)" : ", or put a field with delimiters in quotes")
                : null;
        if (fault is null) return true;
        // A quote that is never closed swallows rows that may be good: where it goes over line breaks, nobody knows how many.
        if (record.Quotes.Broken > 0 && record.Fields.Any(field => field.Contains('\n', StringComparison.Ordinal))) context.Faults.Add(context.Name, record.Line, fault);
        else context.Faults.AddRow(context.Name, record.Line, fault);
        return false;
    }

    /// <summary>The records, with CsvHelper's own faults told as ours.</summary>
    private IEnumerable<DelimitedRecords.Record> Records(StrictText text)
    {
        var last = 0L;
        using var records = DelimitedRecords.Read(text, context.Format.Delimiter!.Value, context.Format.Quoting).GetEnumerator();
        while (true)
        {
            try
            {
                if (!records.MoveNext()) yield break;
            }
            catch (CsvFormatException fault)
            {
                throw context.Faults.Fatal(context.Name, fault.LineNumber > 0 ? fault.LineNumber : last + 1, DataFaults.TooLong);
            }
            last = records.Current.Line;
            if (records.Current.Length > DatasetLimits.LineLength) throw context.Faults.Fatal(context.Name, last, DataFaults.TooLong);
            yield return records.Current;
        }
    }
}
