using System.Data.Common;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Metrics;

namespace MtlStudio.Store.Ingest;

/// <summary>Takes back what an attempt wrote after the checkpoint that the next one resumes from.</summary>
internal static class Rewind
{
    public static void Apply(RunIngest.Session open, DbTransaction transaction, RunCursor cursor, RewoundEvent value)
    {
        var cuts = new[] { SeriesIndex.Step, SeriesIndex.Count }.ToDictionary(kind => kind, kind => Cut.Of(open.Metrics, transaction, cursor.RunId, kind, value));
        foreach (var series in cursor.ByWireId.Values.Where(series => series.LastSeq > value.ToSeq))
        {
            var (from, single) = cuts[series.Kind];
            var late = open.Metrics.LatePoints(transaction, series.Id, value.ToSeq);
            open.Series.Cut(transaction, series, from, [.. late.Where(index => index < from).Union(single)]);
            series.LastSeq = value.ToSeq;
            open.Writes.SeriesEnd(transaction, series);
        }
        foreach (var (kind, cut) in cuts) open.Metrics.DeleteTicks(transaction, cursor.RunId, kind, cut.From, value.ToSeq);
        RunRows.ReadTicks(transaction, open.Metrics, cursor);
        open.Events.TakeBack(transaction, cursor.RunId, value.ToSeq, value.ToStep);
        open.Finals.Restore(transaction, cursor.RunId);
        open.Runs.Rewound(transaction, cursor.RunId, value.Attempt);
        cursor.Step = value.ToStep;
    }

    /// <summary>The indices that go whole, because their first event came after the checkpoint: all from <paramref name="From"/> on, and single ones below.</summary>
    private sealed record Cut(long From, List<long> Single)
    {
        public static Cut Of(MetricRows metrics, DbTransaction transaction, long run, SeriesIndex kind, RewoundEvent value)
        {
            var from = metrics.LastTickUpTo(transaction, run, kind, value.ToSeq) + 1;
            if (kind == SeriesIndex.Step) from = Math.Min(from, value.ToStep + 1L);
            return new(from, metrics.TicksAfter(transaction, run, kind, from, value.ToSeq));
        }
    }
}
