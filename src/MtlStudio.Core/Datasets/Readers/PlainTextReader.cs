namespace MtlStudio.Core.Datasets;

/// <summary>Plain text: a row a line or a paragraph, in the column <c>text</c>. Blank lines are no rows.</summary>
internal sealed class PlainTextReader(ReadContext context) : IRowReader
{
    public ColumnSet Columns { get; } = new(context.Format.ColumnNames is [var name] ? [name] : ["text"]);
    public bool HasFixedColumns => true;

    public IEnumerable<Row> Rows()
    {
        using var lines = new LineReader(context);
        var paragraph = new List<string>();
        while (lines.TryRead(out var line))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                if (context.Format.TextUnit == TextUnit.Line) yield return new Row(Columns, [line]);
                else paragraph.Add(line);
                continue;
            }
            if (paragraph.Count > 0) yield return new Row(Columns, [string.Join('\n', paragraph)]);
            paragraph.Clear();
        }
        if (paragraph.Count > 0) yield return new Row(Columns, [string.Join('\n', paragraph)]);
    }
}
