namespace MtlStudio.Core.Datasets;

/// <summary>The file that a reader reads, where it tells its faults, and how far it has come.</summary>
internal sealed class ReadContext(string path, string name, FileFormat format, DataFaults faults, CancellationToken cancellation = default)
{
    public string Path { get; } = path;
    /// <summary>What the user calls the file.</summary>
    public string Name { get; } = name;
    public FileFormat Format { get; } = format;
    public DataFaults Faults { get; } = faults;
    public CancellationToken Cancellation { get; } = cancellation;
    /// <summary>For progress only.</summary>
    public long BytesRead { get; set; }

    public StrictText OpenText() => new(this);
}
