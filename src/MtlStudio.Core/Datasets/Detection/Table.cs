namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Columns with what they are like, and some of their rows: what a form is found by.</summary>
internal sealed class Table
{
    private readonly IReadOnlyList<Row> rows;

    public Table(IReadOnlyList<ColumnProfile> columns, IReadOnlyList<Row> rows, bool isNamed)
    {
        (this.rows, IsNamed) = (rows, isNamed);
        var natures = ColumnNatures.Of(columns, isNamed);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        Columns = [.. columns.Select((column, place) => new Column(column, natures[place], place, isNamed, Free(column.Name, place, taken)))];
    }

    /// <summary>The columns have names of the file's own.</summary>
    public bool IsNamed { get; }
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The first column whose name says that it is what shall be written: its values may be numbers, too.</summary>
    public Column? NamedTarget(Func<string, bool> fits, params IReadOnlyList<Column?> others) =>
        Named(fits, column => column.CanBeWritten && !others.Contains(column));

    /// <summary>A name that a template can hold, and that no column before it has.</summary>
    private static string Free(string name, int place, HashSet<string> taken)
    {
        var clean = name.Replace("{", "").Replace("}", "").Trim();
        if (clean.Length == 0) clean = $"column{place + 1}";
        var free = clean;
        for (var i = 2; !taken.Add(free); i++) free = $"{clean}-{i}";
        return free;
    }

    public IEnumerable<Column> Of(ColumnNature nature) => Columns.Where(column => column.Nature == nature);

    /// <summary>Texts and lists of texts: what can be read or written.</summary>
    public IEnumerable<Column> Texts => Columns.Where(column => column.IsTextual);

    /// <summary>The first column whose name fits, among those whose values could be it.</summary>
    public Column? Named(Func<string, bool> fits, Func<Column, bool>? could = null) =>
        IsNamed ? Columns.FirstOrDefault(column => fits(column.Name) && (could ?? (one => one.IsTextual))(column)) : null;

    /// <summary>The held values of columns, row by row, where none of them is absent.</summary>
    public IEnumerable<Cell[]> Cells(params IReadOnlyList<Column> columns) => rows
        .Select(row => columns.Select(column => row.TryGet(column.Name, out var cell) ? cell : default).ToArray())
        .Where(cells => cells.All(cell => !string.IsNullOrWhiteSpace(cell.Text)));

    /// <summary>The held texts of a column; of a list, its items.</summary>
    public IEnumerable<string> TextsOf(Column column) => Cells(column).SelectMany(cells => ColumnProfile.Items(cells[0]));
}

/// <summary>A column, and what it becomes.</summary>
internal sealed class Column(ColumnProfile profile, ColumnNature nature, int place, bool isNamed, string name)
{
    public ColumnProfile Profile { get; } = profile;
    public ColumnNature Nature { get; } = nature;
    public int Place { get; } = place;
    public string Name => Profile.Name;
    public bool CanBeWritten => Nature is not (ColumnNature.Empty or ColumnNature.Records or ColumnNature.List);
    /// <summary>Numbers, so that a wrong wording cannot be half right.</summary>
    public bool IsNumeric => Profile.Integers + Profile.Numbers == Profile.Filled && Profile.Filled > 0;
    public bool IsTextual => Nature is ColumnNature.Text or ColumnNature.TextList;
    public ColumnRole? Role { get; private set; }
    public string Reason { get; private set; } = "";

    /// <summary>The name after the import, where it differs: the file has none, or one that no template can name.</summary>
    public string As { get; private set; } = name;

    /// <param name="name">For a column without a name of its own.</param>
    public Column Become(ColumnRole role, string name, string reason)
    {
        (Role, Reason) = (role, reason);
        if (!isNamed) As = name;
        return this;
    }

    /// <summary>Its place in a template.</summary>
    public string Slot => Nature == ColumnNature.TextList ? $"{{{As}[]}}" : $"{{{As}}}";

    /// <summary>Its place in an answer, where a list's items are several right answers.</summary>
    public string AnswerSlot => $"{{{As}}}";
}
