using System.Data.Common;

namespace MtlStudio.Store.Metrics;

/// <summary>Reads a stretch of a series at the finest level whose rows are few enough.</summary>
internal sealed class RollUpReader(IStoreEngine engine, DbConnection connection, DbTransaction transaction) : IDisposable
{
    private readonly ISeriesReads reads = engine.PrepareReads(connection);

    private readonly Statement countPoints = new(connection, """
        SELECT COUNT(*) FROM (SELECT 1 FROM metric_point WHERE series_id = @series AND idx BETWEEN @from AND @to LIMIT @most) AS found
        """, "series", "from", "to", "most");

    private readonly Statement countBuckets = new(connection, """
        SELECT COUNT(*) FROM (SELECT 1 FROM metric_rollup WHERE series_id = @series AND level = @level AND bucket BETWEEN @from AND @to LIMIT @most) AS found
        """, "series", "level", "from", "to", "most");

    /// <summary>The stretch's points where they are at most <paramref name="most"/>; else its cells, in order, of the finest level with at most so many.</summary>
    /// <param name="lastIndex">The series' last: only ended buckets have rows.</param>
    /// <param name="found">The points; null where cells come back.</param>
    public List<Cell>? Read(long series, long lastIndex, long count, long from, long to, int most, out SeriesStretch? found)
    {
        to = Math.Min(to, lastIndex);
        var level = LevelFor(series, count, lastIndex, from, to, most);
        found = level == 0 ? reads.Points(series, from, to) : null;
        if (level == 0) return null;
        var cells = new List<Cell>();
        Read(cells, series, level, lastIndex, from, to);
        return cells;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { countPoints, countBuckets }) statement.Dispose();
        reads.Dispose();
    }

    private int LevelFor(long series, long count, long lastIndex, long from, long to, int most)
    {
        // A level has at least an eighth of the rows of the one below: of a whole series, some need no look.
        var isWhole = from <= 0 && to >= lastIndex;
        for (var level = 0; level < RollUp.Levels; level++, count >>= RollUp.Shift)
        {
            if (isWhole && count > most) continue;
            // There is at most a row an index: where the stretch is short, none need be counted.
            if ((isWhole && level == 0 ? count : RollUp.BucketOf(to, level) - RollUp.BucketOf(from, level) + 1) <= most) return level;
            var rows = level == 0
                ? countPoints.Scalar(transaction, series, from, to, most + 1L)
                : countBuckets.Scalar(transaction, series, level, RollUp.BucketOf(from, level), RollUp.BucketOf(to, level), most + 1L);
            if ((long)rows! <= most) return level;
        }
        return RollUp.Levels;
    }

    /// <summary>Whole closed buckets in the middle, the ends from the levels below.</summary>
    private void Read(List<Cell> cells, long series, int level, long lastIndex, long from, long to)
    {
        if (from > to) return;
        if (level == 0)
        {
            cells.AddRange(reads.Points(series, from, to).ToCells());
            return;
        }
        var width = 1L << (RollUp.Shift * level);
        var first = RollUp.BucketOf(from + width - 1, level);
        var end = Math.Min(RollUp.BucketOf(to + 1, level), RollUp.StoredEnd(lastIndex, level));
        if (first >= end)
        {
            Read(cells, series, level - 1, lastIndex, from, to);
            return;
        }
        Read(cells, series, level - 1, lastIndex, from, first * width - 1);
        reads.Buckets(cells, series, level, first, end - 1);
        Read(cells, series, level - 1, lastIndex, end * width, to);
    }
}

/// <summary>Points in order.</summary>
internal sealed record SeriesStretch(long[] Indices, double[] Values)
{
    public List<Cell> ToCells()
    {
        var cells = new List<Cell>(Values.Length);
        for (var i = 0; i < Values.Length; i++)
        {
            var sum = new RollUp();
            sum.Add(Values[i]);
            cells.Add(new(Indices[i], Indices[i], sum, Values[i]));
        }
        return cells;
    }
}

/// <summary>One or more points.</summary>
/// <param name="From">First and</param>
/// <param name="To">last index that it may hold.</param>
/// <param name="Value">The value where it is one point.</param>
internal readonly record struct Cell(long From, long To, RollUp Sum, double Value);
