using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Regularization;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>The tensors that a run goes on from, beside the weights that others may load.</summary>
/// <param name="PolicyRows">What the weighting policy keeps of every task's gradients, or null.</param>
/// <param name="Average">Where it is kept, a checkpoint's weights are the average, and the values themselves stand beside the optimizer's state.</param>
public sealed record TrainingState(FlatParameters Parameters, IOptimizer Optimizer, WeightAverage? Average = null, Tensor? PolicyRows = null)
{
    public const string LiveValues = "values", KeptByPolicy = "policy_rows";

    /// <summary>What a checkpoint's state file holds and a resume copies back.</summary>
    public IReadOnlyList<NamedTensor> Tensors =>
    [
        .. Optimizer.State,
        .. Average is null ? Array.Empty<NamedTensor>() : [new(LiveValues, Parameters.Values)],
        .. PolicyRows is null ? Array.Empty<NamedTensor>() : [new(KeptByPolicy, PolicyRows)],
    ];
}
