using System.Data.Common;

namespace MtlStudio.Store.Metrics;

/// <summary>Writes the points of series and keeps their roll-ups true, whatever the order in which points come and go.</summary>
internal sealed class SeriesWriter(MetricRows rows)
{
    /// <summary>Writes the batch's points of one series.</summary>
    public void Flush(DbTransaction transaction, SeriesState series)
    {
        HashSet<long>? repair = null;
        foreach (var point in series.Pending)
        {
            if (point.Index > series.LastIndex) Append(transaction, series, point);
            else
            {
                // A point that is given again or comes out of order: the bucket it lies in is summed anew.
                if (rows.ReplacePoint(transaction, series.Id, point)) series.Count++;
                if (point.Index == series.LastIndex) series.LastValue = point.Value;
                (repair ??= []).Add(RollUp.BucketOf(point.Index, 1));
            }
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
            rows.DeleteRollUps(transaction, series.Id, level, series.LastIndex < 0 ? 0 : RollUp.BucketOf(series.LastIndex, level));
        Repair(transaction, series, [.. single.Select(index => RollUp.BucketOf(index, 1))]);
    }

    /// <summary>Sums the open buckets anew from what is stored.</summary>
    public void LoadOpen(DbTransaction transaction, SeriesState series)
    {
        Array.Clear(series.Open);
        if (series.LastIndex < 0) return;
        for (var level = 1; level <= RollUp.Levels; level++)
        {
            var first = RollUp.BucketOf(series.LastIndex, level) << RollUp.Shift; // in buckets of the level below
            series.Open[level] = level == 1
                ? rows.SumPoints(transaction, series.Id, first, series.LastIndex)
                : rows.SumRollUps(transaction, series.Id, level - 1, first, RollUp.BucketOf(series.LastIndex, level - 1) - 1);
        }
    }

    private void Append(DbTransaction transaction, SeriesState series, in PendingPoint point)
    {
        rows.InsertPoint(transaction, series.Id, point);
        if (series.LastIndex >= 0)
            for (var level = 1; level <= RollUp.Levels; level++)
            {
                var bucket = RollUp.BucketOf(series.LastIndex, level);
                if (bucket == RollUp.BucketOf(point.Index, level)) break; // then the wider ones go on too
                rows.InsertRollUp(transaction, series.Id, level, bucket, series.Open[level]);
                if (level < RollUp.Levels) series.Open[level + 1].Add(series.Open[level]);
                series.Open[level] = default;
            }
        series.Open[1].Add(point.Value);
        series.Count++;
        (series.LastIndex, series.LastValue) = (point.Index, point.Value);
    }

    private void Repair(DbTransaction transaction, SeriesState series, HashSet<long> buckets)
    {
        for (var level = 1; level <= RollUp.Levels && buckets.Count > 0; level++)
        {
            foreach (var bucket in buckets.Where(bucket => bucket < RollUp.BucketOf(series.LastIndex, level)))
            {
                var first = bucket << RollUp.Shift;
                var last = first + (1 << RollUp.Shift) - 1;
                var sum = level == 1 ? rows.SumPoints(transaction, series.Id, first, last) : rows.SumRollUps(transaction, series.Id, level - 1, first, last);
                rows.DeleteRollUps(transaction, series.Id, level, bucket, bucket);
                if (!sum.IsEmpty) rows.InsertRollUp(transaction, series.Id, level, bucket, sum);
            }
            buckets = [.. buckets.Select(bucket => bucket >> RollUp.Shift)];
        }
        LoadOpen(transaction, series);
    }
}
