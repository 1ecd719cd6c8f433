namespace MtlStudio.Core.Datasets;

/// <summary>One example: ordered columns and their values.</summary>
/// <param name="columns">May grow while later rows are read; columns that came after this row are absent in it.</param>
/// <param name="cells">In the order of <paramref name="columns"/>; may be shorter.</param>
public sealed class Row(ColumnSet columns, Cell[] cells)
{
    public Row(ColumnSet columns, IEnumerable<string> texts) : this(columns, texts.Select(text => new Cell(text)).ToArray()) { }

    public IReadOnlyList<string> Columns => columns.Names;

    /// <summary>The value at a column's place; absent beyond what the row has.</summary>
    public Cell this[int index] => index < cells.Length ? cells[index] : default;

    /// <summary>The text in a column; empty where the row has no value there.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public string this[string column] => TryGet(column, out var cell)
        ? cell.ToString()
        : throw new KeyNotFoundException($"There is no column \"{column}\"; there are {string.Join(", ", Columns)}");

    /// <summary>Whether there is such a column; <paramref name="cell"/> may be absent all the same.</summary>
    public bool TryGet(string column, out Cell cell)
    {
        var index = columns.IndexOf(column);
        cell = index < 0 ? default : this[index];
        return index >= 0;
    }
}
