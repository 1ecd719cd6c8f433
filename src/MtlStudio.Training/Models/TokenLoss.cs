using MtlStudio.Core.Estimates;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Models;

/// <summary>
/// Negative log-likelihood (nats) of the counted next tokens, in at least float32. Logits are computed only where a
/// label counts. Sums, not means: the caller divides by the count of the whole step.
/// </summary>
public static class TokenLoss
{
    /// <summary>The summed loss, a scalar with gradients; 0 without a graph where nothing counts.</summary>
    /// <param name="model">Gives the head.</param>
    /// <param name="hidden">(batch, length, hidden) of <see cref="CausalLm.Hidden"/>.</param>
    /// <param name="labels">Where what is due.</param>
    /// <param name="dropout">As in the pass that gave <paramref name="hidden"/>.</param>
    public static Tensor Sum(CausalLm model, Tensor hidden, LabelPositions labels, DropoutKey? dropout = null)
    {
        using var scope = NewDisposeScope();
        return PerToken(model, hidden, labels, dropout).sum().MoveToOuterDisposeScope();
    }

    /// <summary>The loss of each counted token: (<see cref="LabelPositions.Count"/>).</summary>
    public static Tensor PerToken(CausalLm model, Tensor hidden, LabelPositions labels, DropoutKey? dropout = null)
    {
        using var scope = NewDisposeScope();
        if (labels.Count == 0) return zeros([0], Wide(model.Dtype), model.Device).MoveToOuterDisposeScope();
        var rows = hidden.reshape(-1, hidden.shape[^1]).index_select(0, tensor(labels.Index.ToArray(), int64, model.Device));
        var target = tensor(labels.Target.ToArray(), int64, model.Device);
        // A dropout mask on the head covers all rows at once.
        long atOnce = is_grad_enabled() || dropout is not null ? labels.Count : Math.Max(EvaluationLimits.LogitsAtOnce / model.Config.VocabSize, 1);
        if (labels.Count <= atOnce) return Each(model, rows, target, dropout).MoveToOuterDisposeScope();
        return cat([.. rows.split(atOnce).Zip(target.split(atOnce), (r, t) => Each(model, r, t, dropout))]).MoveToOuterDisposeScope();
    }

    /// <summary>(n, vocabulary): the logits of each counted token, in at least float32; all at once.</summary>
    public static Tensor Logits(CausalLm model, Tensor hidden, LabelPositions labels, DropoutKey? dropout = null)
    {
        using var scope = NewDisposeScope();
        var rows = hidden.reshape(-1, hidden.shape[^1]).index_select(0, tensor(labels.Index.ToArray(), int64, model.Device));
        return model.Logits(rows, dropout).to(Wide(model.Dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>(n) int64: the counted tokens.</summary>
    public static Tensor Targets(CausalLm model, LabelPositions labels) => tensor(labels.Target.ToArray(), int64, model.Device);

    /// <summary>The summed loss of each example: (<see cref="LabelPositions.Examples"/>); divide by <see cref="Counts"/> for means.</summary>
    public static Tensor PerExample(CausalLm model, Tensor hidden, LabelPositions labels, DropoutKey? dropout = null)
    {
        using var scope = NewDisposeScope();
        var each = PerToken(model, hidden, labels, dropout);
        var example = tensor(labels.Example.ToArray(), int64, model.Device);
        return zeros([labels.Examples], each.dtype, model.Device).index_add(0, example, each, Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>Counted tokens of each example.</summary>
    public static int[] Counts(LabelPositions labels)
    {
        var counts = new int[labels.Examples];
        foreach (var example in labels.Example) counts[example]++;
        return counts;
    }

    private static Tensor Each(CausalLm model, Tensor rows, Tensor target, DropoutKey? dropout)
    {
        using var scope = NewDisposeScope();
        return functional.cross_entropy(model.Logits(rows, dropout).to(Wide(model.Dtype)), target, reduction: Reduction.None).MoveToOuterDisposeScope();
    }

    private static ScalarType Wide(ScalarType type) => type == ScalarType.Float64 ? type : ScalarType.Float32;
}
