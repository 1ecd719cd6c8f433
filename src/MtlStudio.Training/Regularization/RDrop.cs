using MtlStudio.Training.Loop;
using static TorchSharp.torch;

namespace MtlStudio.Training.Regularization;

/// <summary>
/// R-Drop (Liang et al. 2021): two forward passes under different dropout masks shall say the same. The objective of a token
/// is CE₁ + CE₂ + α · ½ (KL(p‖q) + KL(q‖p)); what is shown is the mean of the two cross entropies.
/// </summary>
/// <remarks>Costs a second forward and backward pass. Without dropout both passes are equal and it does nothing but double the loss.</remarks>
public static class RDrop
{
    /// <param name="first">What the rules make of the first pass.</param>
    /// <param name="second">Of the second.</param>
    /// <param name="logits">(n, classes) of both, in float32 or wider.</param>
    public static TrainedLosses Join(TrainedLosses first, TrainedLosses second, (Tensor First, Tensor Second) logits, double alpha)
    {
        var (p, q) = (nn.functional.log_softmax(logits.First, dim: -1), nn.functional.log_softmax(logits.Second, dim: -1));
        // KL(p‖q) + KL(q‖p) = Σ (p − q)(ln p − ln q)
        return Join(first, second, p.exp().sub(q.exp()).mul(p.sub(q)).sum(-1), alpha);
    }

    /// <param name="apart">(n): KL(p‖q) + KL(q‖p) of what the two passes say.</param>
    public static TrainedLosses Join(TrainedLosses first, TrainedLosses second, Tensor apart, double alpha)
    {
        var shown = (first.Raw ?? first.Objective).detach().add((second.Raw ?? second.Objective).detach(), Scalars.One).mul(Scalars.Of(0.5));
        return new(first.Objective.add(second.Objective, Scalars.One).add(apart.mul(Scalars.Of(0.5 * alpha)), Scalars.One), shown);
    }
}
