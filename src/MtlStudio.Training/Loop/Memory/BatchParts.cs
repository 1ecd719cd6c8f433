using MtlStudio.Training.Batching;

namespace MtlStudio.Training.Loop;

/// <summary>Micro-batches in parts that fit in memory: the loss is normalized over the whole step, so that parts accumulate to the same gradient.</summary>
public static class BatchParts
{
    /// <param name="limit">Examples of a part; null: the micro-batches as they are.</param>
    public static IReadOnlyList<MicroBatch> Of(IReadOnlyList<MicroBatch> batches, int? limit) =>
        limit is not { } most || batches.All(batch => batch.Examples.Count <= most) ? batches
            : [.. batches.SelectMany(batch => batch.Examples.Count <= most ? [batch] : Parts(batch, most)).Where(part => part.Tokens > 0)];

    /// <summary>Half of the examples of the largest part; null where that is one example.</summary>
    public static int? Halved(IReadOnlyList<MicroBatch> batches, int? limit) =>
        Math.Min(batches.Max(batch => batch.Examples.Count), limit ?? int.MaxValue) is > 1 and var largest ? (largest + 1) / 2 : null;

    private static IEnumerable<MicroBatch> Parts(MicroBatch batch, int most) => batch.Examples.Chunk(most).Select((examples, number) =>
    {
        var part = new MicroBatch(batch.Task, batch.Number, examples) { Part = number };
        return batch.Rows is null ? part : part.Packed();
    });
}
