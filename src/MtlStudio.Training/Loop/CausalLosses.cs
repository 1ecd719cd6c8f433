using MtlStudio.Training.Models;

namespace MtlStudio.Training.Loop;

/// <summary>The token losses of a causal language model in training.</summary>
public static class CausalLosses
{
    /// <summary>Dropout masks are keyed by seed, step, task and micro-batch: a second forward pass of the same ones replays them.</summary>
    public static TokenLosses Of(CausalLm model, long seed) => (step, batch, tensors) =>
    {
        var key = new DropoutKey(seed, step, batch.Task, batch.Number);
        return TokenLoss.PerToken(model, model.Hidden(tensors.Ids, tensors.Layout, dropout: key), tensors.Labels, key);
    };
}
