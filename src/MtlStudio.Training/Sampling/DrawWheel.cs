using MtlStudio.Core;

namespace MtlStudio.Training.Sampling;

/// <summary>Which task each micro-batch of a step is of.</summary>
internal sealed class DrawWheel
{
    private readonly double[] upTo; // (K): cumulative draw shares
    private readonly int[] first; // tasks that the step holds in any case

    /// <param name="shares">(K): the step's expected shares.</param>
    /// <param name="drawShares">(K): those of the micro-batches that are drawn at random.</param>
    /// <param name="everyTask">The step holds every task of a share over 0.</param>
    public DrawWheel(IReadOnlyList<double> shares, IReadOnlyList<double> drawShares, bool everyTask)
    {
        Shares = shares;
        upTo = new double[shares.Count];
        var sum = 0.0;
        for (var k = 0; k < upTo.Length; k++) upTo[k] = sum += drawShares[k];
        first = everyTask ? [.. Enumerable.Range(0, shares.Count).Where(k => shares[k] > 0)] : [];
    }

    public IReadOnlyList<double> Shares { get; }

    public int TaskOf(long seed, int step, int microBatch)
    {
        if (microBatch < first.Length) return first[microBatch];
        var point = new KeyedRandom(seed, "sampler", step, microBatch).NextDouble() * upTo[^1];
        var at = Array.FindIndex(upTo, edge => point < edge);
        // Rounding may put the point on the last edge: then it belongs to the last task that can be drawn.
        return at >= 0 ? at : Array.FindIndex(upTo, edge => edge == upTo[^1]);
    }
}
