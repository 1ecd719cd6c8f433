using System.Text.Json;

namespace MtlStudio.Core.Datasets;

/// <summary>JSON Lines: one object a line; blank lines are no rows.</summary>
internal sealed class JsonLinesReader(ReadContext context) : IRowReader
{
    public ColumnSet Columns { get; } = new();
    public bool HasFixedColumns => false;

    public IEnumerable<Row> Rows()
    {
        var parser = new JsonRowParser(Columns);
        using var lines = new LineReader(context);
        while (lines.TryRead(out var line))
            if (!string.IsNullOrWhiteSpace(line) && Parse(parser, line, lines.Line) is { } row) yield return row;
    }

    private Row? Parse(JsonRowParser parser, string line, long number)
    {
        string? fault;
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = parser.Parse(document.RootElement, out fault);
            if (row is not null) return row;
        }
        catch (JsonException error)
        {
            fault = JsonRowParser.IsTooDeep(error) ? DataFaults.TooDeep
                : $"it is not valid JSON (character {error.BytePositionInLine + 1}): each line must be one whole JSON object";
        }
        context.Faults.AddRow(context.Name, number, fault!);
        return null;
    }
}
