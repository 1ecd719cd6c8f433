using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using static TorchSharp.torch;

namespace MtlStudio.Training.Regularization;

/// <summary>What makes the objective of a token differ from its cross entropy: label smoothing (Szegedy et al. 2016) and loss caps.</summary>
/// <param name="Smoothing">ε: (1 − ε)·CE + ε/V · Σᵥ −ln p(v), over all V classes, the right one included (as PyTorch).</param>
/// <param name="Caps">By task index, in nats; null: none.</param>
public sealed record LossRules(double Smoothing, IReadOnlyList<double?> Caps)
{
    public static LossRules Of(RunSpec spec) => new(spec.Regularization.LabelSmoothing, [.. spec.Tasks.Select(task => task.LossCap)]);

    /// <summary>True where the objective is the cross entropy itself.</summary>
    public bool IsPlain(int task) => Smoothing == 0 && CapOf(task) is null;

    /// <summary>The objective and the cross entropy of tokens.</summary>
    /// <param name="logits">(n, classes), with their graph, in float32 or wider.</param>
    /// <param name="targets">(n) int64.</param>
    public TrainedLosses Apply(int task, Tensor logits, Tensor targets)
    {
        var likelihoods = nn.functional.log_softmax(logits, dim: -1);
        var raw = likelihoods.gather(1, targets.unsqueeze(1)).squeeze(1).neg();
        var objective = Smoothing > 0 ? raw.mul(Scalars.Of(1 - Smoothing)).sub(likelihoods.mean([-1]).mul(Scalars.Of(Smoothing))) : raw;
        // A loss above the cap is constant there: its gradient is 0.
        if (CapOf(task) is { } cap) objective = objective.clamp(max: Scalars.Of(cap));
        return new(objective, raw.detach());
    }

    /// <summary>Losses of what is no class, as numbers or several labels: smoothing does not act on them.</summary>
    /// <param name="losses">(n), with their graph.</param>
    public TrainedLosses Capped(int task, Tensor losses) => CapOf(task) is { } cap ? new TrainedLosses(losses.clamp(max: Scalars.Of(cap)), losses.detach()) : losses;

    private double? CapOf(int task) => task < Caps.Count ? Caps[task] : null;
}
