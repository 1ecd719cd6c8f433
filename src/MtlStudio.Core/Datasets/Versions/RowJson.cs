using System.Text;

namespace MtlStudio.Core.Datasets;

/// <summary>Rows as the lines of a version's files.</summary>
internal static class RowJson
{
    /// <summary>Appends <c>{"column":value,…}</c> and a line feed, in the order of the columns, without absent values.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<string> columns, ReadOnlySpan<Cell> cells)
    {
        text.Append('{');
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Text is not { } value) continue;
            if (text[^1] != '{') text.Append(',');
            JsonText.AppendString(text, columns[i]);
            text.Append(':');
            if (cells[i].IsJson) text.Append(value);
            else JsonText.AppendString(text, value);
        }
        text.Append("}\n");
    }
}
