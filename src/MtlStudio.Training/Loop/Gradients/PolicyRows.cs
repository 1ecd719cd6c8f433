using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>What an <see cref="IRowPolicy"/> works with: the step's task gradients over what is shared, S numbers, in blocks; the rows it keeps; and a direction of its own.</summary>
/// <param name="tasks">Tasks of the mix; each has a kept row.</param>
public sealed class PolicyRows : IDisposable
{
    public PolicyRows(IRowPolicy policy, FlatParameters parameters, int tasks)
    {
        if (policy.KeepsRows) Kept = zeros([tasks, parameters.SharedCount], ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
        if (policy.OwnDirection) Direction = zeros([parameters.SharedCount], ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
    }

    /// <summary>(tasks, S) float32: what the policy keeps; belongs to a checkpoint. Null where it keeps nothing.</summary>
    public Tensor? Kept { get; }

    /// <summary>(S) float32: what the policy wrote in the last step; null where its direction is Jᵀα.</summary>
    public Tensor? Direction { get; }

    /// <summary>The blocks of one step.</summary>
    /// <param name="rows">(K, S): the tasks present.</param>
    /// <param name="present">Their indices in the mix.</param>
    /// <param name="factors">(K): what each row is multiplied by before the policy sees it.</param>
    /// <param name="keep">False: the step will not be made, and kept rows stay as they are.</param>
    public RowBlocks Blocks(Tensor rows, IReadOnlyList<int> present, double[] factors, bool keep) => new(rows, this, present, factors, keep);

    public void Dispose()
    {
        Kept?.Dispose();
        Direction?.Dispose();
    }
}
