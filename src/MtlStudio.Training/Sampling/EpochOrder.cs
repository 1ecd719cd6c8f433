using MtlStudio.Core;

namespace MtlStudio.Training.Sampling;

/// <summary>
/// The order in which one task's examples are drawn: a permutation for each epoch, keyed by seed, task name and epoch, so
/// that neither other tasks nor the past of the run change it. Keeps the permutation it gave last; not for several threads.
/// </summary>
internal sealed class EpochOrder(long seed, string task, int size)
{
    private readonly int[] order = new int[size];
    private long epoch = -1;

    /// <summary>The example at draw number <paramref name="draw"/> of the task, from 0 and over all epochs.</summary>
    public int At(long draw)
    {
        var wanted = draw / size;
        if (wanted != epoch)
        {
            for (var i = 0; i < size; i++) order[i] = i;
            new KeyedRandom(seed, "epoch/" + task, wanted).Shuffle(order.AsSpan());
            epoch = wanted;
        }
        return order[draw % size];
    }
}
