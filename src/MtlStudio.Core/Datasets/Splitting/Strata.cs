namespace MtlStudio.Core.Datasets;

/// <summary>The stratum of each row: the place of its value among the different values of a column.</summary>
/// <param name="column">Null: all rows are of one stratum.</param>
internal sealed class Strata(string? column)
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>4 bytes a row.</summary>
    public List<int> OfRows { get; } = [];

    public void Add(ColumnSet columns, Cell[] cells, ReadContext context, int row)
    {
        if (column is null)
        {
            OfRows.Add(0);
            return;
        }
        var place = columns.IndexOf(column);
        if (place < 0)
            throw context.Faults.Fatal("split.stratifyBy", null, $"\"{column}\" is no column of {context.Name} (row {row}); there are {string.Join(", ", columns.Names)}: name one of them");
        var value = cells[place].ToString();
        if (!numbers.TryGetValue(value, out var number))
        {
            if (numbers.Count == DatasetLimits.Strata)
                throw context.Faults.Fatal("split.stratifyBy", null, $"the column \"{column}\" has more than {DatasetLimits.Strata:N0} different values: choose one with few, as a label");
            numbers.Add(value, number = numbers.Count);
        }
        OfRows.Add(number);
    }
}
