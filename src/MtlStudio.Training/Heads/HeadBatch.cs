using MtlStudio.Training.Batching;

namespace MtlStudio.Training.Heads;

/// <summary>What a head is asked of a micro-batch, as plain numbers on the host.</summary>
/// <param name="Index">Hidden states that are read, as row · length + column.</param>
/// <param name="Answer">As many: the answer that each is read for.</param>
/// <param name="Values">(answers × width): see <see cref="HeadTargets.Values"/>.</param>
/// <param name="Example">(answers): the example each belongs to.</param>
public sealed record HeadBatch(long[] Index, long[] Answer, float[] Values, int[] Example)
{
    public int Answers => Example.Length;

    /// <summary>Of examples laid in rows one after another; null where they are none of a head's.</summary>
    internal static HeadBatch? Of(IReadOnlyList<LabeledIds> examples, IReadOnlyList<IReadOnlyList<int>> rows, int length)
    {
        if (examples[0].Head is null) return null;
        List<long> index = [], answer = [];
        List<float> values = [];
        List<int> owner = [];
        for (var row = 0; row < rows.Count; row++)
        {
            var at = row * length;
            foreach (var example in rows[row])
            {
                var targets = examples[example].Head!;
                for (var i = 0; i < targets.Positions.Length; i++)
                {
                    index.Add(at + targets.Positions[i]);
                    answer.Add(owner.Count + (targets.Answers == 1 ? 0 : i));
                }
                values.AddRange(targets.Values);
                owner.AddRange(Enumerable.Repeat(example, targets.Answers));
                at += examples[example].Ids.Length;
            }
        }
        return new([.. index], [.. answer], [.. values], [.. owner]);
    }
}
