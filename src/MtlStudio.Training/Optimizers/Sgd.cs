using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum as PyTorch has it: d = g + λθ; b ← μb + d, undampened, so that the first b is
/// the gradient itself; θ ← θ − rate·b, or with Nesterov θ ← θ − rate·(d + μb).
/// </summary>
public sealed class Sgd(FlatParameters parameters, double momentum = 0, bool nesterov = false, double weightDecay = 0) : IOptimizer
{
    private readonly Tensor? buffer = momentum > 0 ? zeros_like(parameters.Values).DetachFromDisposeScope() : null; // (P)

    public static Sgd Of(MethodChoice choice, FlatParameters parameters) => new(parameters,
        choice.Options.Number(MethodKind.Optimizer, choice.Name, "momentum"), choice.Options.Flag(MethodKind.Optimizer, choice.Name, "nesterov"),
        choice.Options.Number(MethodKind.Optimizer, choice.Name, "weightDecay"));

    public IReadOnlyList<NamedTensor> State => buffer is null ? [] : [new("momentum", buffer)];
    public long[] Steps { get; } = new long[parameters.Segments.Count];

    public void Step(Tensor gradient, double rate)
    {
        using var quiet = no_grad();
        for (var i = 0; i < parameters.Segments.Count; i++)
        {
            if (!parameters.IsActive(i)) continue;
            using var scope = TorchSharp.torch.NewDisposeScope();
            var segment = parameters.Segments[i];
            Tensor Part(Tensor flat) => flat.narrow(0, segment.Start, segment.Length);
            var value = Part(parameters.Values);
            var direction = Part(gradient);
            if (segment.Decays && weightDecay > 0) direction = direction.add(value, alpha: Scalars.Of(weightDecay));
            if (buffer is not null)
            {
                var sum = Part(buffer).mul_(Scalars.Of(momentum)).add_(direction, Scalars.One);
                direction = nesterov ? direction.add(sum, alpha: Scalars.Of(momentum)) : sum;
            }
            value.add_(direction, alpha: Scalars.Of(-rate * segment.RateFactor));
            Steps[i]++;
        }
    }

    public void Dispose() => buffer?.Dispose();
}
