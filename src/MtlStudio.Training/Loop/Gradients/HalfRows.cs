using MtlStudio.Training.Batching;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>
/// The cosine between two halves of one task's micro-batches in a step: how alike two looks at the same gradient are. It is the noise ceiling of
/// the cosines between tasks, which micro-batch noise shrinks by the root of both tasks' reliabilities (Spearman's attenuation). A row is copied
/// once its first half is in it; the other half is what the whole row has beside it, so backward passes and bits stay as they are.
/// </summary>
/// <param name="most">Elements that the copies may have together; at least one row is copied, another task's at each step.</param>
internal sealed class HalfRows(GradientRows rows, StepCounts counts, IReadOnlyList<MicroBatch> batches, int turn, long most = 1 << 26)
{
    /// <summary>Columns converted to double at a time.</summary>
    private const long Chunk = 1 << 20;

    private readonly Dictionary<int, int> left = Chosen(rows, counts, batches, turn, most);
    private readonly Dictionary<int, Tensor> halves = [];

    /// <summary>After a micro-batch of the slot's task is in its row. The copies belong to the scope around the caller's.</summary>
    public void After(int slot)
    {
        if (!left.TryGetValue(slot, out var more)) return;
        left[slot] = --more;
        if (more != 0) return;
        using var row = rows.RowOf(slot);
        halves[slot] = row.clone().MoveToOuterDisposeScope();
    }

    /// <summary>By slot; NaN where the task had one micro-batch, was not looked at, or a half is zero. Reads the device once.</summary>
    public double[] Cosines()
    {
        var found = new double[counts.Present.Count];
        Array.Fill(found, double.NaN);
        if (halves.Count == 0) return found;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var slots = halves.Keys.Order().ToList();
        var read = cat([.. slots.Select(slot => Products(halves[slot], rows.RowOf(slot)))]).cpu().data<double>().ToArray();
        for (var i = 0; i < slots.Count; i++)
        {
            // a·a, a·s and s·s of the first half a and the whole s; the second half is b = s − a.
            var (aa, a, s) = (read[3 * i], read[3 * i + 1], read[3 * i + 2]);
            var norms = Math.Sqrt(aa) * Math.Sqrt(Math.Max(0, s - 2 * a + aa));
            if (norms > 0) found[slots[i]] = Math.Clamp((a - aa) / norms, -1, 1);
        }
        return found;
    }

    /// <summary>(3) float64.</summary>
    private static Tensor Products(Tensor half, Tensor whole)
    {
        using var scope = NewDisposeScope();
        var sums = zeros([3], ScalarType.Float64, half.device);
        for (long start = 0; start < half.shape[0]; start += Chunk)
        {
            using var part = NewDisposeScope();
            var length = Math.Min(Chunk, half.shape[0] - start);
            var (a, s) = (half.narrow(0, start, length).to(ScalarType.Float64), whole.narrow(0, start, length).to(ScalarType.Float64));
            sums.add_(stack([a.dot(a), a.dot(s), s.dot(s)]), Scalars.One);
        }
        return sums.MoveToOuterDisposeScope();
    }

    /// <summary>The tasks that are looked at, with the micro-batches of their first half.</summary>
    private static Dictionary<int, int> Chosen(GradientRows rows, StepCounts counts, IReadOnlyList<MicroBatch> batches, int turn, long most)
    {
        var able = batches.GroupBy(batch => counts.Slot(batch.Task)).Where(group => group.Count() > 1).Select(group => (Slot: group.Key, Half: group.Count() / 2)).OrderBy(one => one.Slot).ToList();
        var count = (int)Math.Clamp(most / Math.Max(1, rows.Width), 1, Math.Max(1, able.Count));
        return Enumerable.Range(0, Math.Min(count, able.Count)).Select(i => able[(turn + i) % able.Count]).ToDictionary(one => one.Slot, one => one.Half);
    }
}
