namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Lengths in bins that grow by a tenth, so that quantiles are right to 10 % in a few hundred numbers.</summary>
internal sealed class LengthHistogram
{
    private const double Growth = 1.1;
    private readonly int[] bins = new int[256];
    private long count;
    private long total;

    public int Max { get; private set; }
    public double Mean => count == 0 ? 0 : (double)total / count;

    public void Add(int length)
    {
        bins[Bin(length)]++;
        count++;
        total += length;
        Max = Math.Max(Max, length);
    }

    /// <summary>A length that at least this share of the values does not exceed.</summary>
    public int Quantile(double share)
    {
        var wanted = Math.Ceiling(share * count);
        long seen = 0;
        for (var bin = 0; bin < bins.Length; bin++)
        {
            seen += bins[bin];
            if (seen > 0 && seen >= wanted) return Math.Min(Max, (int)Math.Floor(Math.Pow(Growth, bin + 1)));
        }
        return Max;
    }

    private int Bin(int length) => Math.Min(bins.Length - 1, length < 1 ? 0 : (int)Math.Floor(Math.Log(length + 0.5) / Math.Log(Growth)));
}
