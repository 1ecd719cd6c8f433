namespace MtlStudio.Core.Analysis;

/// <summary>Chooses which points of a long curve to draw. Both methods keep real points and return their indices in order.</summary>
public static class Downsampling
{
    /// <summary>The first lowest and first highest point of each of <paramref name="points"/>/2 even buckets: no spike is lost.
    /// A bucket without any number keeps its first point, so that the gap shows.</summary>
    /// <param name="y">(n): values; NaN is passed over.</param>
    /// <param name="points">At most so many, 2 or more; n or more returns all.</param>
    public static int[] MinMax(ReadOnlySpan<double> y, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (points >= y.Length) return All(y.Length);
        var buckets = points / 2;
        var kept = new List<int>(points);
        for (var b = 0; b < buckets; b++)
        {
            var from = (int)((long)b * y.Length / buckets);
            var to = (int)((long)(b + 1) * y.Length / buckets);
            var (low, high) = (-1, -1);
            for (var i = from; i < to; i++)
            {
                if (double.IsNaN(y[i])) continue;
                if (low < 0 || y[i] < y[low]) low = i;
                if (high < 0 || y[i] > y[high]) high = i;
            }
            if (low < 0) low = high = from;
            kept.Add(Math.Min(low, high));
            if (low != high) kept.Add(Math.Max(low, high));
        }
        return [.. kept];
    }

    /// <summary>Largest triangle three buckets (Steinarsson 2013): the first and last point, and from each bucket between the one
    /// that spans the largest triangle with the point chosen before and the mean of the next bucket (the first on ties).</summary>
    /// <param name="x">(n): rising positions.</param>
    /// <param name="y">(n): values; points that are not finite are chosen only where a bucket has no other.</param>
    /// <param name="points">Exactly so many, 3 or more; n or more returns all.</param>
    public static int[] Lttb(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        if (points >= y.Length) return All(y.Length);
        var every = (y.Length - 2.0) / (points - 2.0);
        var kept = new int[points];
        for (var b = 0; b < points - 2; b++)
        {
            var (from, to) = (Edge(b), Edge(b + 1));
            var (meanX, meanY) = Mean(x, y, to, Math.Min(Edge(b + 2), y.Length));
            var before = kept[b];
            var (best, chosen) = (-1.0, -1);
            for (var i = from; i < to; i++)
            {
                if (!double.IsFinite(y[i])) continue;
                if (chosen < 0) chosen = i; // stays where no triangle has an area, as after a gap
                var area = Math.Abs((x[before] - meanX) * (y[i] - y[before]) - (x[before] - x[i]) * (meanY - y[before])) * 0.5;
                if (area > best) (best, chosen) = (area, i);
            }
            kept[b + 1] = chosen < 0 ? from : chosen;
        }
        kept[^1] = y.Length - 1;
        return kept;

        int Edge(int bucket) => (int)Math.Floor(bucket * every) + 1;
    }

    /// <summary>The mean of the points whose value is finite.</summary>
    private static (double X, double Y) Mean(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int from, int to)
    {
        var (sumX, sumY, count) = (0.0, 0.0, 0);
        for (var i = from; i < to; i++)
        {
            if (!double.IsFinite(y[i])) continue;
            sumX += x[i];
            sumY += y[i];
            count++;
        }
        return (sumX / count, sumY / count);
    }

    private static int[] All(int count) => [.. Enumerable.Range(0, count)];
}
