namespace MtlStudio.Store.Metrics;

/// <summary>One series while its run is ingested: where it ends, the points of the batch, and its open roll-up buckets.</summary>
internal sealed class SeriesState
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required SeriesIndex Kind { get; init; }
    public int WireId { get; set; }
    public long Count { get; set; }
    public long LastIndex { get; set; } = -1;
    public double LastValue { get; set; }
    public long LastSeq { get; set; }

    /// <summary>The batch's points, not yet written.</summary>
    public List<PendingPoint> Pending { get; } = [];

    /// <summary>The buckets of level 1 in the block that <see cref="LastIndex"/> lies in.</summary>
    public RollUp[] Block { get; } = new RollUp[1 << RollUp.Shift];

    /// <summary>By level, from 2: what the bucket of <see cref="LastIndex"/> holds so far of ended buckets of the level below.</summary>
    public RollUp[] Open { get; } = new RollUp[RollUp.Levels + 1];
}

/// <param name="LateSeq">The event's number where the point did not come with its index's first event; else 0.</param>
internal readonly record struct PendingPoint(long Index, double Value, long LateSeq);
