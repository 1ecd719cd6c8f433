using MtlStudio.Core.Sampling;

namespace MtlStudio.Training.Sampling;

/// <summary>Orders that keep what examples are like in proportion.</summary>
internal static class Stratified
{
    /// <summary>
    /// Rearranges a shuffled epoch so that each of its micro-batches holds the strata in the proportions of what is left
    /// (largest remainder): the whole epoch is covered, and no micro-batch is off by more than rounding.
    /// </summary>
    /// <param name="order">A permutation of the examples.</param>
    /// <param name="strata">(n): the stratum of each example, from 0.</param>
    public static void Arrange(int[] order, IReadOnlyList<int> strata, int microBatch)
    {
        var waiting = new Queue<int>[strata.Max() + 1];
        for (var s = 0; s < waiting.Length; s++) waiting[s] = new();
        foreach (var example in order) waiting[strata[example]].Enqueue(example);
        // Within a micro-batch the shuffled order stays.
        var place = new int[order.Length];
        for (var i = 0; i < order.Length; i++) place[order[i]] = i;
        for (var at = 0; at < order.Length; at += microBatch)
        {
            var take = LargestRemainder.Share([.. waiting.Select(queue => queue.Count)], Math.Min(microBatch, order.Length - at));
            var batch = new List<int>();
            for (var s = 0; s < take.Length; s++)
                for (var i = 0; i < take[s]; i++) batch.Add(waiting[s].Dequeue());
            batch.Sort((a, b) => place[a].CompareTo(place[b]));
            batch.CopyTo(order, at);
        }
    }
}

/// <summary>Draws the strata in turn, each from epochs of its own: every stratum equally often to within one draw, rare ones repeated.</summary>
internal sealed class BalancedOrder : IExampleOrder
{
    private readonly int[][] members;
    private readonly EpochOrder[] orders;
    private readonly EpochOrder turns;

    /// <param name="strata">(n): the stratum of each example, from 0; each number up to the largest occurs.</param>
    public BalancedOrder(long seed, string task, IReadOnlyList<int> strata)
    {
        members = [.. Enumerable.Range(0, strata.Max() + 1).Select(s => Enumerable.Range(0, strata.Count).Where(example => strata[example] == s).ToArray())];
        orders = [.. members.Select((own, s) => new EpochOrder(seed, $"{task}/stratum {s}", own.Length))];
        turns = new(seed, $"{task}/strata", members.Length);
    }

    public int At(long draw)
    {
        var stratum = turns.At(draw);
        return members[stratum][orders[stratum].At(draw / members.Length)];
    }
}
