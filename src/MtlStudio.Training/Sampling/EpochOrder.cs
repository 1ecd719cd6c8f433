using MtlStudio.Core;

namespace MtlStudio.Training.Sampling;

/// <summary>A permutation for each epoch, keyed by seed, task name and epoch. Keeps the one it gave last.</summary>
/// <param name="arrange">Changes an epoch's shuffled order, given its number; null: leaves it as it is.</param>
internal sealed class EpochOrder(long seed, string task, int size, Action<int[], long>? arrange = null) : IExampleOrder
{
    private readonly int[] order = new int[size];
    private long epoch = -1;

    public int At(long draw)
    {
        var wanted = draw / size;
        if (wanted != epoch)
        {
            for (var i = 0; i < size; i++) order[i] = i;
            new KeyedRandom(seed, "epoch/" + task, wanted).Shuffle(order.AsSpan());
            arrange?.Invoke(order, wanted);
            epoch = wanted;
        }
        return order[draw % size];
    }
}
