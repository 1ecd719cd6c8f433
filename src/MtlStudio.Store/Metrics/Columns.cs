namespace MtlStudio.Store.Metrics;

/// <summary>Joins neighboring cells into columns of equal width of index.</summary>
internal static class Columns
{
    /// <summary>At most <paramref name="most"/> columns. Their borders are multiples of their width, so that they stay where they are while a series grows.</summary>
    public static List<Cell> Join(List<Cell> cells, int most)
    {
        if (cells.Count <= most) return cells;
        var (first, last) = (cells[0].From, cells[^1].To);
        var width = Math.Max(1, (last - first) / most);
        while (last / width - first / width + 1 > most) width++;
        var joined = new List<Cell>(most);
        foreach (var cell in cells)
        {
            if (joined.Count == 0 || joined[^1].From / width != cell.From / width)
            {
                joined.Add(cell);
                continue;
            }
            var (sum, column) = (joined[^1].Sum, joined[^1]);
            sum.Add(cell.Sum);
            joined[^1] = new(column.From, cell.To, sum, column.Sum.Count == 0 ? column.Value : cell.Value);
        }
        return joined;
    }
}
