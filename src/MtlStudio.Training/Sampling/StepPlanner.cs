using MtlStudio.Core;
using MtlStudio.Core.Sampling;

namespace MtlStudio.Training.Sampling;

/// <summary>
/// Draws the micro-batches of each step. Tasks are drawn by (seed, "sampler", step, micro-batch) and examples by each task's
/// own epochs, so a plan depends on the mix, the step and the counters alone. Where every step must hold each task, the
/// first micro-batches are one of each in the mix's order and the rest is drawn.
/// </summary>
public sealed class StepPlanner
{
    private readonly SampledMix mix;
    private readonly double[] upTo; // (K): cumulative draw shares
    private readonly EpochOrder[] orders;
    private readonly int[] first; // tasks that each step holds

    public StepPlanner(SampledMix mix)
    {
        this.mix = mix;
        upTo = new double[mix.Tasks.Count];
        var sum = 0.0;
        var shares = mix.DrawShares;
        for (var k = 0; k < upTo.Length; k++) upTo[k] = sum += shares[k];
        orders = [.. mix.Tasks.Select((task, k) => new EpochOrder(mix.Seed, task, mix.Sizes[k]))];
        first = mix.EveryTask ? [.. Enumerable.Range(0, mix.Tasks.Count).Where(k => mix.Shares[k] > 0)] : [];
    }

    /// <summary>The draws of a step, from 0, given the counters before it.</summary>
    public StepPlan Plan(int step, SamplerState state)
    {
        var drawn = new Dictionary<string, long>(state.Drawn);
        var batches = new MicroBatchPlan[mix.MicroBatches];
        for (var m = 0; m < batches.Length; m++)
        {
            var task = TaskOf(step, m);
            var from = drawn.GetValueOrDefault(mix.Tasks[task]);
            var examples = new int[mix.MicroBatchSize];
            for (var e = 0; e < examples.Length; e++) examples[e] = orders[task].At(from + e);
            drawn[mix.Tasks[task]] = from + examples.Length;
            batches[m] = new(m, task, examples);
        }
        return new(step, batches, new() { Drawn = drawn });
    }

    /// <summary>The counters before a step, from the mix alone.</summary>
    public SamplerState StateAt(int step)
    {
        var batches = new long[mix.Tasks.Count];
        for (var s = 0; s < step; s++)
            for (var m = 0; m < mix.MicroBatches; m++)
                batches[TaskOf(s, m)]++;
        return new()
        {
            Drawn = Enumerable.Range(0, batches.Length).Where(k => batches[k] > 0).ToDictionary(k => mix.Tasks[k], k => batches[k] * mix.MicroBatchSize),
        };
    }

    private int TaskOf(int step, int microBatch)
    {
        if (microBatch < first.Length) return first[microBatch];
        var point = new KeyedRandom(mix.Seed, "sampler", step, microBatch).NextDouble() * upTo[^1];
        var at = Array.FindIndex(upTo, edge => point < edge);
        // Rounding may put the point on the last edge: then it belongs to the last task that can be drawn.
        return at >= 0 ? at : Array.FindIndex(upTo, edge => edge == upTo[^1]);
    }
}
