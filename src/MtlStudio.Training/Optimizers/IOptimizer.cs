using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <summary>
/// Moves the flat buffer of trained values along a gradient. A segment's rate is the step's rate times its own factor; its
/// decay acts or does not. State and steps are all that an exact resume needs beside the values.
/// </summary>
public interface IOptimizer : IDisposable
{
    /// <summary>The tensors of the state, always the same ones: a checkpoint writes them and copies into them.</summary>
    IReadOnlyList<NamedTensor> State { get; }

    /// <summary>Steps that each segment has made; part of the state.</summary>
    long[] Steps { get; }

    /// <summary>One step of every segment that is active (<see cref="FlatParameters.IsActive"/>) with the gradient (P) at the given rate.</summary>
    void Step(Tensor gradient, double rate);
}
