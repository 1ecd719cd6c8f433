namespace MtlStudio.Core.Sampling;

/// <summary>
/// Shares where each of M micro-batches in a step is of one task and every task must have at least one: the attainable
/// shares nearest to the sampler's in Kullback–Leibler divergence, max(1/M, c·pₖ) with the c that makes them sum to 1.
/// Tasks above the floor keep their proportions.
/// </summary>
public static class StepShares
{
    /// <param name="shares">(K), sum 1; tasks of share 0 take no part and have planned share 0.</param>
    /// <param name="microBatches">M, at least the number of tasks that take part.</param>
    /// <returns>(K): the expected share of each task, sum 1.</returns>
    public static double[] Planned(IReadOnlyList<double> shares, int microBatches)
    {
        var floor = 1.0 / microBatches;
        var active = shares.Count(share => share > 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatches, active);
        var floored = new bool[shares.Count];
        while (true)
        {
            var free = Enumerable.Range(0, shares.Count).Where(k => shares[k] > 0 && !floored[k]).ToArray();
            var scale = (1 - floored.Count(fixedToFloor => fixedToFloor) * floor) / free.Sum(k => shares[k]);
            var low = free.Where(k => scale * shares[k] < floor).ToArray();
            if (low.Length == 0 || low.Length == free.Length)
                return [.. shares.Select((share, k) => share == 0 ? 0 : floored[k] || low.Length > 0 ? floor : scale * share)];
            foreach (var k in low) floored[k] = true;
        }
    }

    /// <summary>(K): the distribution of the M − K micro-batches that are left when each task has had its one; zeros where none is left.</summary>
    public static double[] Rest(IReadOnlyList<double> shares, int microBatches)
    {
        var left = microBatches - shares.Count(share => share > 0);
        if (left == 0) return new double[shares.Count];
        return [.. Planned(shares, microBatches).Select((planned, k) => shares[k] > 0 ? Math.Max(0, (microBatches * planned - 1) / left) : 0)];
    }
}
