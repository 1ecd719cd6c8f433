using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Ingest;

/// <summary>What ingestion keeps in memory of one run between batches; thrown away and read anew whenever a transaction fails.</summary>
internal sealed class RunCursor
{
    public required long RunId { get; init; }
    /// <summary>The position that the run's row holds.</summary>
    public required IngestPosition Stored { get; set; }
    public required int Step { get; set; }
    public Dictionary<int, SeriesState> ByWireId { get; } = [];
    public Dictionary<string, SeriesState> ByName { get; } = new(StringComparer.Ordinal);

    /// <summary>By <see cref="SeriesIndex"/>: the last index that has a tick, -1 for none.</summary>
    public long[] LastTick { get; } = [-1, -1];
    public long? Examples { get; set; }
    public long? Tokens { get; set; }
    /// <summary>The end of the last noted event.</summary>
    public long LastMark { get; set; }

    /// <summary>Series with points to write or a changed row.</summary>
    public HashSet<SeriesState> Changed { get; } = [];
}
