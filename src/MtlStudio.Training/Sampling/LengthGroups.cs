namespace MtlStudio.Training.Sampling;

/// <summary>
/// Puts examples of like length together, as transformers' group_by_length: a shuffled epoch is cut into groups of many
/// micro-batches, each sorted from long to short; the longest example of all comes first, so that memory shows at once
/// whether it is enough.
/// </summary>
internal static class LengthGroups
{
    /// <param name="order">A permutation of the examples; changed in place.</param>
    /// <param name="lengths">(n).</param>
    /// <param name="groupBatches">Micro-batches in a group; 0: 50, or a quarter of the epoch's where it is short.</param>
    public static void Arrange(int[] order, IReadOnlyList<int> lengths, int microBatch, int groupBatches = 0)
    {
        if (order.Length == 0) return;
        if (groupBatches == 0) groupBatches = Math.Max(1, Math.Min(order.Length / (microBatch * 4), 50));
        var group = groupBatches * microBatch;
        var sorted = order.Chunk(group).Select(part => part.OrderByDescending(example => lengths[example]).ToArray()).ToArray();
        var longest = 0;
        for (var g = 1; g < sorted.Length; g++) if (lengths[sorted[g][0]] > lengths[sorted[longest][0]]) longest = g;
        (sorted[0][0], sorted[longest][0]) = (sorted[longest][0], sorted[0][0]);
        sorted.SelectMany(part => part).ToArray().CopyTo(order, 0);
    }
}
