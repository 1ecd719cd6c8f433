using MtlStudio.Training.Models;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Regularization;

namespace MtlStudio.Training.Loop;

/// <summary>The tensors that a run goes on from, beside the weights that others may load.</summary>
/// <param name="Average">Where it is kept, a checkpoint's weights are the average, and the values themselves stand beside the optimizer's state.</param>
public sealed record TrainingState(FlatParameters Parameters, IOptimizer Optimizer, WeightAverage? Average = null)
{
    public const string LiveValues = "values";

    /// <summary>What a checkpoint's state file holds and a resume copies back.</summary>
    public IReadOnlyList<NamedTensor> Tensors => Average is null ? Optimizer.State : [.. Optimizer.State, new(LiveValues, Parameters.Values)];
}
