namespace MtlStudio.Core.Datasets;

/// <summary>The columns of rows in their order. Shared by all rows of a reader; a JSON reader's set grows as rows bring new keys.</summary>
public sealed class ColumnSet
{
    private readonly List<string> names = [];
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);

    public ColumnSet() { }

    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public ColumnSet(IEnumerable<string> names)
    {
        foreach (var name in names)
            if (IndexOf(name) >= 0) throw new ArgumentException($"The column \"{name}\" comes twice", nameof(names));
            else Add(name);
    }

    public IReadOnlyList<string> Names => names;
    public int Count => names.Count;

    /// <summary>The place of a column, or −1.</summary>
    public int IndexOf(string name) => indexes.GetValueOrDefault(name, -1);

    /// <summary>The place of a column, which is added at the end where it is new.</summary>
    public int Add(string name)
    {
        if (indexes.TryGetValue(name, out var index)) return index;
        index = names.Count;
        indexes.Add(name, index);
        names.Add(name);
        return index;
    }
}
