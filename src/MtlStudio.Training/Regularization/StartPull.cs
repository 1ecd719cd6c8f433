using MtlStudio.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Regularization;

/// <summary>
/// L2-SP (Li, Grandvalet, Davoine 2018): the penalty λ/2 · ‖θ − θ₀‖² towards the values that training starts from, as a
/// gradient on the flat buffer. It is added after the policy has combined the tasks and after clipping: it belongs to no task.
/// </summary>
/// <remarks>θ₀ is copied when this is made: before a checkpoint is read back. Costs P numbers of memory.</remarks>
public sealed class StartPull : IDisposable
{
    private readonly FlatParameters parameters;
    private readonly Tensor start; // (P)
    private readonly double strength;

    /// <param name="strength">λ.</param>
    public StartPull(FlatParameters parameters, double strength)
    {
        (this.parameters, this.strength) = (parameters, strength);
        using var quiet = no_grad();
        start = parameters.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>Adds λ(θ − θ₀) to the gradient (P).</summary>
    public void AddTo(Tensor gradient)
    {
        using var quiet = no_grad();
        gradient.add_(parameters.Values, alpha: Scalars.Of(strength)).add_(start, alpha: Scalars.Of(-strength));
    }

    public void Dispose() => start.Dispose();
}
