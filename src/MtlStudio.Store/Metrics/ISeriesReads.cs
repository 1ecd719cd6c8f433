namespace MtlStudio.Store.Metrics;

/// <summary>What a chart reads by the thousand, in the engine's fastest way. It sees what the connection's transaction sees.</summary>
internal interface ISeriesReads : IDisposable
{
    /// <summary>The points of a stretch, both ends included, in order.</summary>
    SeriesStretch Points(long series, long from, long to);

    /// <summary>Adds the stored buckets of a stretch, both ends included, in order.</summary>
    void Buckets(List<Cell> to, long series, int level, long first, long last);
}
