using System.Text.Json;

namespace MtlStudio.Core.Datasets;

/// <summary>Makes rows of JSON objects. Nested objects are flattened (<c>a.b</c>); strings are text; numbers, booleans and
/// lists keep their JSON text; null is no value.</summary>
internal sealed class JsonRowParser(ColumnSet columns)
{
    // The row that set a column last, so that a key that comes twice in one row is seen (JSON parsers disagree on which wins).
    private int[] setBy = new int[16];
    private int row;

    /// <param name="element">One row.</param>
    /// <param name="fault">What is wrong with the row, or null.</param>
    public Row? Parse(JsonElement element, out string? fault)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            fault = $"it is {Kind(element)}, but a row must be a JSON object such as {{\"text\": \"…\"}}";
            return null;
        }
        row++;
        var cells = new Cell[columns.Count];
        try
        {
            fault = Fill(element, "", ref cells);
        }
        catch (InvalidOperationException)
        {
            fault = "a string holds half a surrogate pair (\\ud800 to \\udfff alone), which is no character: mend or remove it";
        }
        return fault is null ? new Row(columns, cells) : null;
    }

    private string? Fill(JsonElement element, string prefix, ref Cell[] cells)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                if (Fill(property.Value, name + ".", ref cells) is { } inner) return inner;
                continue;
            }
            if (name.Length is 0 or > DatasetLimits.ColumnNameLength)
                return $"a key has {name.Length:N0} characters, and a column's name must have 1 to {DatasetLimits.ColumnNameLength}";
            var index = columns.Add(name);
            if (index >= DatasetLimits.Columns)
                return $"\"{name}\" makes more than {DatasetLimits.Columns:N0} columns, the most there may be: turn keys that differ by row into values";
            if (index >= setBy.Length) Array.Resize(ref setBy, Math.Max(index + 1, setBy.Length * 2));
            if (setBy[index] == row) return $"the key \"{name}\" comes twice: leave one";
            setBy[index] = row;
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            if (index >= cells.Length) Array.Resize(ref cells, columns.Count);
            cells[index] = property.Value.ValueKind == JsonValueKind.String
                ? new Cell(property.Value.GetString())
                : new Cell(JsonText.Of(property.Value), IsJson: true);
        }
        return null;
    }

    /// <summary>System.Text.Json stops at <see cref="DatasetLimits.JsonDepth"/>, its default, and tells it by the message alone.</summary>
    public static bool IsTooDeep(JsonException error) => error.Message.Contains("maximum configured depth", StringComparison.Ordinal);

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
