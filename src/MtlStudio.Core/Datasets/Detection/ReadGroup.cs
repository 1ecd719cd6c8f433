namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Files that belong together, as far as they were read.</summary>
internal sealed class ReadGroup
{
    private long heldCharacters;

    public required IReadOnlyList<NamedFile> Files { get; init; }
    public ReadOptions Options { get; init; } = new();
    /// <summary>By the place in <see cref="Files"/>; fewer where a file could not be read.</summary>
    public List<ReadFile> Read { get; } = [];
    public Dictionary<string, ColumnProfile> Profiles { get; } = new(StringComparer.Ordinal);
    /// <summary>In the order in which they came.</summary>
    public List<ColumnProfile> Columns { get; } = [];
    /// <summary>The first rows, training first.</summary>
    public List<Row> Held { get; } = [];
    public List<DataFault> Faults { get; } = [];
    /// <summary>Rows that could not be read; the first of each file are among the faults.</summary>
    public int BadRows { get; set; }

    public bool HasErrors => Faults.Exists(fault => fault.Severity == FaultSeverity.Error);
    /// <summary>The columns have names of the file's own.</summary>
    public bool IsNamed => Read.Exists(file => file.Format is { IsDelimited: false, Format: not DataFormat.Text } or { HasHeader: true });
    public bool IsText => Read.Count > 0 && Read.TrueForAll(file => file.Format.Format == DataFormat.Text);
    /// <summary>Rows of all files that were looked at.</summary>
    public long Rows { get; private set; }

    public void Hold(Row row)
    {
        Rows++;
        if (Held.Count >= DetectionLimits.HeldRows || heldCharacters >= DetectionLimits.HeldCharacters) return;
        Held.Add(row);
        for (var i = 0; i < row.Columns.Count; i++) heldCharacters += row[i].Text?.Length ?? 0;
    }
}

/// <param name="Columns">The columns that were met in it.</param>
/// <param name="IsWhole">It has no more rows than were read.</param>
internal sealed record ReadFile(NamedFile File, FileFormat Format, IReadOnlyList<string> Columns, long Rows, bool IsWhole);
