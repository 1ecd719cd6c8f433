using MtlStudio.Core;

namespace MtlStudio.Training.Batching;

/// <summary>Micro-batches of the tasks' policy splits, drawn by (seed, task, step) alone.</summary>
/// <param name="size">Examples in one; a smaller split gives all it has.</param>
public sealed class HeldOutBatches(long seed, IReadOnlyList<TrainingTask> tasks, int size)
{
    /// <summary>The micro-batch of a task at a step; null where the task has no policy split.</summary>
    public MicroBatch? At(int step, int task)
    {
        var examples = tasks[task].Policy;
        if (examples.Count == 0) return null;
        var order = Enumerable.Range(0, examples.Count).ToArray();
        if (examples.Count > size) new KeyedRandom(seed, "held-out/" + tasks[task].Name, step).Shuffle(order.AsSpan());
        return new(task, 0, [.. order.Take(size).Select(example => examples[example])]);
    }
}
