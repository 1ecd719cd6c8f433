using MtlStudio.Core.Runs;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using MtlStudio.Training.Regularization;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>The token losses of a causal language model in training.</summary>
public static class CausalLosses
{
    /// <summary>The second pass of R-Drop has masks of its own.</summary>
    private const long SecondPass = 1L << 32;

    /// <summary>Dropout masks are keyed by seed, step, task and micro-batch: a second forward pass of the same ones replays them.</summary>
    public static TokenLosses Of(CausalLm model, long seed) => (step, batch, tensors) =>
    {
        var key = new DropoutKey(seed, step, batch.Task, batch.Key);
        return TokenLoss.PerToken(model, model.Hidden(tensors.Ids, tensors.Layout, dropout: key), tensors.Labels, key);
    };

    /// <summary>With a spec's dropout, noise, label smoothing, loss caps and R-Drop.</summary>
    public static TokenLosses Of(CausalLm model, RunSpec spec) => UnderTask(model, spec, Given(model, spec));

    /// <summary>Names the micro-batch's task to the model, and adds the gradients of what its adapters ask for.</summary>
    private static TokenLosses UnderTask(CausalLm model, RunSpec spec, TokenLosses losses) => (step, batch, tensors) =>
    {
        model.Task = spec.Tasks[batch.Task].Name;
        model.DropPenalties();
        var found = losses(step, batch, tensors);
        if (model.TakePenalty() is not { } penalty) return found;
        // Its gradient alone: what is shown, and what policies see, stays the task's own loss.
        return found with { Objective = found.Objective.add(penalty.sub(penalty.detach()), Scalars.One) };
    };

    /// <summary>Without dropout, smoothing or caps: for held-out examples.</summary>
    public static TokenLosses Plain(CausalLm model, RunSpec spec) => UnderTask(model, spec, Plain(model));

    /// <summary>As the other, for a model without parts that are private to tasks.</summary>
    public static TokenLosses Plain(CausalLm model) => (_, _, tensors) =>
    {
        var hidden = model.Hidden(tensors.Ids, tensors.Layout);
        return tensors.Heads is { } asked && HeadOf(model) is var head ? HeadLosses.Plain(head.Plan, head.Forward(hidden, asked), asked) : TokenLoss.PerToken(model, hidden, tensors.Labels);
    };

    /// <summary>The head of the model's task.</summary>
    private static TaskHead HeadOf(CausalLm model) => model.Heads.TryGetValue(model.Task ?? "", out var head) ? head
        : throw new InvalidOperationException($"the model has no head for the task \"{model.Task}\"");

    private static TokenLosses Given(CausalLm model, RunSpec spec)
    {
        var (rules, rates, given) = (LossRules.Of(spec), DropoutRates.Of(spec), spec.Regularization);
        DropoutKey Key(int step, MicroBatch batch, long pass)
        {
            var key = new DropoutKey(spec.Seed, step, batch.Task, batch.Key + pass) { Rates = rates[batch.Task] };
            return given.Neftune > 0 ? key with { Embedded = (x, length) => Neftune.Add(x, length, given.Neftune, key) } : key;
        }
        return (step, batch, tensors) =>
        {
            var key = Key(step, batch, 0);
            var hidden = model.Hidden(tensors.Ids, tensors.Layout, dropout: key);
            if (tensors.Heads is { } asked) return OfHead(HeadOf(model), asked, hidden, key);
            if (given.RDrop == 0 && rules.IsPlain(batch.Task)) return TokenLoss.PerToken(model, hidden, tensors.Labels, key);
            var targets = TokenLoss.Targets(model, tensors.Labels);
            var (losses, logits) = Pass(hidden, key);
            if (given.RDrop == 0) return losses;
            var other = Key(step, batch, SecondPass);
            var (second, secondLogits) = Pass(model.Hidden(tensors.Ids, tensors.Layout, dropout: other), other);
            return RDrop.Join(losses, second, (logits, secondLogits), given.RDrop);

            TrainedLosses OfHead(TaskHead head, HeadBatch asked, Tensor states, DropoutKey masks)
            {
                var outputs = head.Forward(states, asked, masks);
                var losses = HeadLosses.Ruled(head.Plan, outputs, asked, rules, batch.Task);
                if (given.RDrop == 0) return losses;
                var other = Key(step, batch, SecondPass);
                var secondOutputs = head.Forward(model.Hidden(tensors.Ids, tensors.Layout, dropout: other), asked, other);
                return RDrop.Join(losses, HeadLosses.Ruled(head.Plan, secondOutputs, asked, rules, batch.Task), HeadLosses.Apart(head.Plan, outputs, secondOutputs), given.RDrop);
            }

            (TrainedLosses, Tensor) Pass(Tensor states, DropoutKey masks)
            {
                var found = TokenLoss.Logits(model, states, tensors.Labels, masks);
                return (rules.Apply(batch.Task, found, targets), found);
            }
        };
    }
}
