namespace MtlStudio.Core.Datasets;

/// <summary>Brings the rows of one file into the dataset's columns, renamed as asked.</summary>
/// <param name="target">The dataset's columns so far; new ones are added.</param>
/// <param name="rename">New names by old names.</param>
/// <param name="renamed">Gets the old names that were met.</param>
/// <param name="context">The file.</param>
internal sealed class ColumnPlaces(ColumnSet target, IReadOnlyDictionary<string, string> rename, HashSet<string> renamed, ReadContext context)
{
    private readonly List<int> places = [];

    /// <summary>The row's cells in the order of the dataset's columns so far.</summary>
    /// <exception cref="Runs.InvalidInputException">Renaming gives two columns one name.</exception>
    public Cell[] Arrange(Row row)
    {
        for (var i = places.Count; i < row.Columns.Count; i++)
        {
            if (rename.TryGetValue(row.Columns[i], out var name)) renamed.Add(row.Columns[i]);
            else name = row.Columns[i];
            var place = target.Add(name);
            if (places.IndexOf(place) is >= 0 and var other)
                throw context.Faults.Fatal(context.Name, null, $"renaming gives the columns \"{row.Columns[other]}\" and \"{row.Columns[i]}\" the one name \"{name}\": choose another name for one of them");
            places.Add(place);
        }
        var cells = new Cell[target.Count];
        for (var i = 0; i < places.Count; i++) cells[places[i]] = row[i];
        return cells;
    }
}
