using System.Data.Common;
using System.Runtime.InteropServices;

namespace MtlStudio.Store.Metrics;

/// <summary>Writes the points of series and keeps their roll-ups true, whatever the order in which points come and go.</summary>
internal sealed class SeriesWriter(MetricRows rows, IMetricWrites writes)
{
    /// <summary>Writes the batch's points of one series.</summary>
    public void Flush(DbTransaction transaction, SeriesState series)
    {
        HashSet<long>? repair = null;
        var points = CollectionsMarshal.AsSpan(series.Pending);
        while (points.Length > 0)
        {
            var fresh = 0;
            for (; fresh < points.Length && points[fresh].Index > series.LastIndex; fresh++) Append(transaction, series, points[fresh]);
            writes.Points(transaction, series.Id, points[..fresh]);
            points = points[fresh..];
            if (points.Length == 0) break;
            // A point that is given again or comes out of order: the bucket it lies in is summed anew.
            if (rows.ReplacePoint(transaction, series.Id, points[0])) series.Count++;
            if (points[0].Index == series.LastIndex) series.LastValue = points[0].Value;
            (repair ??= []).Add(RollUp.BucketOf(points[0].Index, 1));
            points = points[1..];
        }
        series.Pending.Clear();
        if (repair is not null) Repair(transaction, series, repair);
    }

    /// <summary>Takes back the points from an index on and those at the indices of <paramref name="single"/>.</summary>
    public void Cut(DbTransaction transaction, SeriesState series, long from, IReadOnlyList<long> single)
    {
        var removed = rows.DeletePointsFrom(transaction, series.Id, from);
        foreach (var index in single) removed += rows.DeletePoint(transaction, series.Id, index);
        if (removed == 0) return;
        series.Count -= removed;
        (series.LastIndex, series.LastValue) = rows.LastPoint(transaction, series.Id) ?? (-1, 0);
        for (var level = 1; level <= RollUp.Levels; level++)
            rows.DeleteRollUps(transaction, series.Id, level, RollUp.StoredEnd(series.LastIndex, level), long.MaxValue);
        Repair(transaction, series, [.. single.Select(index => RollUp.BucketOf(index, 1))]);
    }

    /// <summary>Sums the open buckets anew from what is stored.</summary>
    public void LoadOpen(DbTransaction transaction, SeriesState series)
    {
        Array.Clear(series.Open);
        Array.Clear(series.Block);
        if (series.LastIndex < 0) return;
        foreach (var (index, value) in rows.Points(transaction, series.Id, RollUp.BlockStart(series.LastIndex), series.LastIndex))
            series.Block[RollUp.PlaceInBlock(index)].Add(value);
        for (var level = 3; level <= RollUp.Levels; level++)
        {
            var first = RollUp.BucketOf(series.LastIndex, level) << RollUp.Shift; // in buckets of the level below
            series.Open[level] = rows.SumRollUps(transaction, series.Id, level - 1, first, RollUp.BucketOf(series.LastIndex, level - 1) - 1);
        }
    }

    private void Append(DbTransaction transaction, SeriesState series, in PendingPoint point)
    {
        if (series.LastIndex >= 0 && RollUp.BlockStart(point.Index) != RollUp.BlockStart(series.LastIndex)) CloseBlock(transaction, series, point.Index);
        series.Block[RollUp.PlaceInBlock(point.Index)].Add(point.Value);
        series.Count++;
        (series.LastIndex, series.LastValue) = (point.Index, point.Value);
    }

    /// <summary>Writes the buckets of levels 1 and 2 that end with the block, and those above that end with it too.</summary>
    private void CloseBlock(DbTransaction transaction, SeriesState series, long next)
    {
        var first = RollUp.BucketOf(RollUp.BlockStart(series.LastIndex), 1);
        var sum = new RollUp();
        for (var i = 0; i < series.Block.Length; i++)
        {
            if (series.Block[i].IsEmpty) continue;
            writes.RollUp(transaction, series.Id, 1, first + i, series.Block[i]);
            sum.Add(series.Block[i]);
        }
        Array.Clear(series.Block);
        for (var level = 2; level <= RollUp.Levels; level++)
        {
            var bucket = RollUp.BucketOf(series.LastIndex, level);
            if (bucket == RollUp.BucketOf(next, level))
            {
                series.Open[level].Add(sum); // then the wider ones go on too
                return;
            }
            sum.Add(series.Open[level]);
            writes.RollUp(transaction, series.Id, level, bucket, sum);
            series.Open[level] = default;
        }
    }

    private void Repair(DbTransaction transaction, SeriesState series, HashSet<long> buckets)
    {
        for (var level = 1; level <= RollUp.Levels && buckets.Count > 0; level++)
        {
            foreach (var bucket in buckets.Where(bucket => bucket < RollUp.StoredEnd(series.LastIndex, level)))
            {
                var first = bucket << RollUp.Shift;
                var last = first + (1 << RollUp.Shift) - 1;
                var sum = level == 1 ? rows.SumPoints(transaction, series.Id, first, last) : rows.SumRollUps(transaction, series.Id, level - 1, first, last);
                rows.DeleteRollUps(transaction, series.Id, level, bucket, bucket);
                if (!sum.IsEmpty) writes.RollUp(transaction, series.Id, level, bucket, sum);
            }
            buckets = [.. buckets.Select(bucket => bucket >> RollUp.Shift)];
        }
        LoadOpen(transaction, series);
    }
}
