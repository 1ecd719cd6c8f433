using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Regularization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Heads;

/// <summary>
/// The loss of each of a head's answers, as transformers has them: cross entropy (one label, tags), the mean over the labels of the
/// binary cross entropy of each (several labels), the squared error (a number, on the head's scale).
/// </summary>
public static class HeadLosses
{
    /// <summary>(answers), with their graph: without smoothing or caps; 0 where the class is not known.</summary>
    /// <param name="outputs">(answers, outputs) of <see cref="TaskHead.Forward"/>.</param>
    public static Tensor Plain(HeadPlan plan, Tensor outputs, HeadBatch batch)
    {
        using var scope = NewDisposeScope();
        if (!IsClass(plan)) return OfNumbers(plan, outputs, batch).MoveToOuterDisposeScope();
        var targets = Classes(batch, outputs.device);
        return functional.cross_entropy(outputs, targets.clamp_min(Scalars.Of(0)), reduction: Reduction.None).mul(targets.ge(Scalars.Of(0))).MoveToOuterDisposeScope();
    }

    /// <summary>(answers): with a run's label smoothing (of classes) and loss cap. Every class is known.</summary>
    /// <param name="task">The task's index in the mix.</param>
    internal static TrainedLosses Ruled(HeadPlan plan, Tensor outputs, HeadBatch batch, LossRules rules, int task)
    {
        if (rules.IsPlain(task)) return Plain(plan, outputs, batch);
        return IsClass(plan) ? rules.Apply(task, outputs, Classes(batch, outputs.device)) : rules.Capped(task, OfNumbers(plan, outputs, batch));
    }

    /// <summary>(answers): KL(p‖q) + KL(q‖p) of what two passes say, for R-Drop. Of several labels the mean of each label's (p − q)(logit p − logit q); of a number 2(a − b)²,
    /// for the normal distribution whose −ln p is the squared error.</summary>
    internal static Tensor Apart(HeadPlan plan, Tensor first, Tensor second)
    {
        if (plan.Kind == TaskKinds.Regression) return first.sub(second).squeeze(-1).pow(Scalars.Two).mul(Scalars.Two);
        var (p, q) = IsClass(plan) ? (functional.log_softmax(first, dim: -1), functional.log_softmax(second, dim: -1)) : (first, second);
        return IsClass(plan) ? p.exp().sub(q.exp()).mul(p.sub(q)).sum(-1) : p.sigmoid().sub(q.sigmoid()).mul(p.sub(q)).mean([-1]);
    }

    /// <summary>Whether the outputs are the logits of classes, of which one is right.</summary>
    internal static bool IsClass(HeadPlan plan) => plan.Kind is TaskKinds.HeadClassification or TaskKinds.Tagging;

    private static Tensor Classes(HeadBatch batch, Device device) => tensor(batch.Values.Select(value => (long)value).ToArray(), int64, device);

    private static Tensor OfNumbers(HeadPlan plan, Tensor outputs, HeadBatch batch)
    {
        if (plan.Kind == TaskKinds.MultiLabel)
            return functional.binary_cross_entropy_with_logits(outputs, tensor(batch.Values, outputs.dtype, outputs.device).view(outputs.shape), reduction: Reduction.None).mean([-1]);
        var due = tensor(batch.Values.Select(value => plan.Scaled(value)).ToArray(), outputs.dtype, outputs.device);
        return outputs.squeeze(-1).sub(due).pow(Scalars.Two);
    }
}
