using MtlStudio.Training.Batching;
using MtlStudio.Training.Models;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>The passes that some policies want beside the step's own: held-out losses before it, held-out gradients ahead of it, the same losses after it.</summary>
/// <param name="tasks">Names of the mix's tasks.</param>
/// <param name="plain">Token losses without dropout, smoothing or caps, for held-out examples.</param>
/// <param name="heldOut">The micro-batch of a task's policy split at a step; null where the task has none.</param>
public sealed class PolicyProbes(IWeightingPolicy policy, IReadOnlyList<string> tasks, TokenLosses plain, Func<int, int, MicroBatch?> heldOut, FlatParameters parameters)
{
    /// <summary>Every task's mean loss a token on its policy split, by name; null where the policy wants none in this step.</summary>
    public IReadOnlyDictionary<string, double>? HeldOutLosses(int step)
    {
        if ((policy.Extras & PolicyExtras.HeldOutLosses) == 0 || step % policy.HeldOutEvery != 0) return null;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var batches = Enumerable.Range(0, tasks.Count).Select(task => heldOut(step, task)).OfType<MicroBatch>().ToList();
        if (batches.Count == 0) return new Dictionary<string, double>();
        var means = stack([.. batches.Select(batch => plain(step, batch, batch.Collate(parameters.Values.device)).Objective.to(ScalarType.Float64).mean())]).cpu().data<double>().ToArray();
        return batches.Select((batch, i) => (Name: tasks[batch.Task], Mean: means[i])).ToDictionary(pair => pair.Name, pair => pair.Mean);
    }

    /// <summary>(K): ⟨gₖ, v⟩ over what is shared of every row with v = Σ primaryⱼ ∇Lⱼ on the policy split at θ − rate·Jᵀα; null where the policy does not want them.
    /// What is private takes its look-ahead step too, but has no part in the products: its step does not depend on α.</summary>
    /// <param name="alpha">(K): finite.</param>
    /// <param name="own">By slot, the private part and the factor of its look-ahead step; empty: nothing is private.</param>
    public double[]? HeldOutProducts(int step, GradientRows rows, double[] alpha, IReadOnlyList<(PrivatePart? Part, double Factor)> own, double rate)
    {
        if ((policy.Extras & PolicyExtras.HeldOutGradient) == 0 || step % policy.HeldOutEvery != 0) return null;
        using var scope = NewDisposeScope();
        var gradient = zeros_like(parameters.Values);
        var before = parameters.Values.detach().clone();
        var views = parameters.ViewsOf(gradient);
        try
        {
            using (no_grad()) parameters.Values.sub_(rows.Combined(alpha, own).mul_(Scalars.Of(rate)));
            parameters.SetGradients(views);
            foreach (var batch in Enumerable.Range(0, tasks.Count).Where(task => policy.Primary.GetValueOrDefault(tasks[task]) != 0).Select(task => heldOut(step, task)).OfType<MicroBatch>())
            {
                using var inner = NewDisposeScope();
                plain(step, batch, batch.Collate(parameters.Values.device)).Objective.mean().mul(Scalars.Of(policy.Primary[tasks[batch.Task]])).backward();
                BackwardFaults.ThrowIfAny();
            }
            using var quiet = no_grad();
            return rows.Products(gradient, alpha.Length);
        }
        finally
        {
            using (no_grad()) parameters.Values.copy_(before);
            foreach (var view in views) view.Dispose();
        }
    }

    /// <summary>(K): the step's own mean losses in the loss mode's unit, passed again after the step with the same dropout masks; null where the policy does not want them.</summary>
    public double[]? LossesAfter(int step, IReadOnlyList<MicroBatch> batches, StepCounts counts, TokenLosses losses)
    {
        if ((policy.Extras & PolicyExtras.LossesAfter) == 0) return null;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sums = zeros([counts.Present.Count], ScalarType.Float64, parameters.Values.device);
        foreach (var batch in batches)
        {
            using var inner = NewDisposeScope();
            var tensors = batch.Collate(parameters.Values.device);
            var each = losses(step, batch, tensors).Objective; // (n)
            sums[counts.Slot(batch.Task)].add_((counts.BySample ? each.mul(tensors.Shares) : each).sum(ScalarType.Float64), Scalars.One);
        }
        var read = sums.cpu().data<double>().ToArray();
        return [.. read.Select((sum, slot) => sum / counts.TaskCount(slot))];
    }
}
