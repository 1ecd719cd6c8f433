using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <summary>
/// Lion (Chen et al. 2023): u = sign(β₁ m + (1 − β₁) g); θ ← θ (1 − rate·λ) − rate·u; m ← β₂ m + (1 − β₂) g, in that
/// order. Every element moves by the rate, whatever its gradient; only a gradient of exactly 0 stands still.
/// </summary>
public sealed class Lion(FlatParameters parameters, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0.1) : IOptimizer
{
    private readonly Tensor mean = zeros_like(parameters.Values).DetachFromDisposeScope(); // (P)

    public static Lion Of(MethodChoice choice, FlatParameters parameters)
    {
        double Option(string name) => choice.Options.Number(MethodKind.Optimizer, choice.Name, name);
        return new(parameters, Option("beta1"), Option("beta2"), Option("weightDecay"));
    }

    public IReadOnlyList<NamedTensor> State => [new("mean", mean)];
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
            var (value, slope, kept) = (Part(parameters.Values), Part(gradient), Part(mean));
            var own = rate * segment.RateFactor;
            var direction = kept.mul(Scalars.Of(beta1)).add_(slope, alpha: Scalars.Of(1 - beta1)).sign_();
            if (segment.Decays && weightDecay > 0) value.mul_(Scalars.Of(1 - own * weightDecay));
            value.add_(direction, alpha: Scalars.Of(-own));
            kept.mul_(Scalars.Of(beta2)).add_(slope, alpha: Scalars.Of(1 - beta2));
            Steps[i]++;
        }
    }

    public void Dispose() => mean.Dispose();
}
