namespace MtlStudio.Store.Metrics;

/// <summary>What is kept of a stretch of points: enough for mean, minimum and maximum of any union of stretches.</summary>
internal struct RollUp
{
    /// <summary>Points of one level that make one bucket of the next.</summary>
    public const int Shift = 3;
    /// <summary>Buckets of the highest level span 8^8 (16.8 million) indices.</summary>
    public const int Levels = 8;

    public double Sum, Min, Max;
    /// <summary>Finite values.</summary>
    public long Count;
    public long NonFinite;

    public readonly bool IsEmpty => Count + NonFinite == 0;

    /// <summary>The bucket of <paramref name="level"/> in which an index lies; level 0 is the points themselves.</summary>
    public static long BucketOf(long index, int level) => index >> (Shift * level);

    /// <summary>
    /// The first bucket of a level that has no row yet, in a series that ends at <paramref name="lastIndex"/>. Rows are written when a
    /// block of 64 indices (a bucket of level 2) ends, each once; until then its points alone are stored. So few pages change with
    /// each small transaction, and readers take the open end from the levels below.
    /// </summary>
    public static long StoredEnd(long lastIndex, int level) =>
        lastIndex < 0 ? 0 : level == 1 ? BucketOf(BlockStart(lastIndex), 1) : BucketOf(lastIndex, level);

    /// <summary>The first index of an index's block.</summary>
    public static long BlockStart(long index) => BucketOf(index, 2) << (2 * Shift);

    /// <summary>Which of its block's eight buckets of level 1 an index lies in.</summary>
    public static int PlaceInBlock(long index) => (int)(BucketOf(index, 1) & ((1 << Shift) - 1));

    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            NonFinite++;
            return;
        }
        if (Count == 0) (Min, Max) = (value, value);
        else if (value < Min) Min = value;
        else if (value > Max) Max = value;
        Sum += value;
        Count++;
    }

    public void Add(in RollUp other)
    {
        NonFinite += other.NonFinite;
        if (other.Count == 0) return;
        (Min, Max) = Count == 0 ? (other.Min, other.Max) : (Math.Min(Min, other.Min), Math.Max(Max, other.Max));
        Sum += other.Sum;
        Count += other.Count;
    }
}
