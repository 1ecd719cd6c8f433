using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Regularization;

namespace MtlStudio.Training.Loop;

/// <summary>The token losses of a causal language model in training.</summary>
public static class CausalLosses
{
    /// <summary>Dropout masks are keyed by seed, step, task and micro-batch: a second forward pass of the same ones replays them.</summary>
    public static TokenLosses Of(CausalLm model, long seed) => Of(model, seed, LossRules.None);

    /// <summary>With the label smoothing and loss caps of a spec.</summary>
    public static TokenLosses Of(CausalLm model, RunSpec spec) => Of(model, spec.Seed, LossRules.Of(spec));

    /// <summary>Without dropout, smoothing or caps: for held-out examples.</summary>
    public static TokenLosses Plain(CausalLm model) => (_, _, tensors) => TokenLoss.PerToken(model, model.Hidden(tensors.Ids, tensors.Layout), tensors.Labels);

    private static TokenLosses Of(CausalLm model, long seed, LossRules rules) => (step, batch, tensors) =>
    {
        var key = new DropoutKey(seed, step, batch.Task, batch.Number);
        var hidden = model.Hidden(tensors.Ids, tensors.Layout, dropout: key);
        return rules.IsPlain(batch.Task)
            ? TokenLoss.PerToken(model, hidden, tensors.Labels, key)
            : rules.Apply(batch.Task, TokenLoss.Logits(model, hidden, tensors.Labels, key), TokenLoss.Targets(model, tensors.Labels));
    };
}
