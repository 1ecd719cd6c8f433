using System.Data.Common;

namespace MtlStudio.Store.Metrics;

/// <summary>What ingestion writes by the thousand, in the engine's fastest way. An insert fails on a row that is there already.</summary>
internal interface IMetricWrites : IDisposable
{
    void Points(DbTransaction transaction, long series, ReadOnlySpan<PendingPoint> points);

    void RollUp(DbTransaction transaction, long series, int level, long bucket, in RollUp value);

    void Tick(DbTransaction transaction, long run, SeriesIndex kind, long index, in Tick value);

    /// <summary>Notes where a series ends, in its row.</summary>
    void SeriesEnd(DbTransaction transaction, SeriesState series);
}
