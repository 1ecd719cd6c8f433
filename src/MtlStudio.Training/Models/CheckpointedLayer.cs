using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace MtlStudio.Training.Models;

/// <summary>Which layers keep their input alone for the backward pass, and are computed again in it.</summary>
public enum ActivationCheckpointing { None, Alternate, All }

/// <summary>What the checkpointed layers of one model share.</summary>
internal sealed class Recomputation
{
    private Tensor? handed;

    /// <summary>Keeps the gradient given back to libtorch until the next one is: libtorch takes a share of its own only after the call.</summary>
    public void HandOver(Tensor? gradient)
    {
        handed?.Dispose();
        handed = gradient?.DetachFromDisposeScope();
    }
}

/// <summary>
/// Activation checkpointing (Chen et al. 2016): a layer that keeps its input alone, and is computed again when the
/// backward pass reaches it. Dropout masks are keyed and the operations the same, so that the gradients have the same
/// bits as without it.
/// </summary>
internal sealed class CheckpointedLayer : MultiTensorFunction<CheckpointedLayer>
{
    private const string Key = "work";

    public override string Name => "CheckpointedLayer";

    /// <summary>(batch·length, hidden), as the layer gives it. Penalties that its adapters ask for go to those of the pass.</summary>
    /// <param name="index">The layer's number.</param>
    /// <param name="x">(batch·length, hidden); one that asks for no gradient must not be given: nothing would then reach what is trained in the layer.</param>
    public static Tensor Run(int index, DecoderLayer layer, Tensor x, ForwardPass pass, Recomputation shared)
    {
        var work = new Work(index, layer, pass, shared);
        // Computed here and not in the function's own forward, which is called through libtorch: exceptions could not leave it.
        using (no_grad()) work.Outputs = work.Compute(x, pass.Prefix?[index], pass);
        var given = pass.Prefix?[index] is var (keys, values) ? apply(x, keys, values, work) : apply(x, work);
        work.Outputs = [];
        foreach (var penalty in given[1..]) pass.Penalties!.Add(penalty.DetachFromDisposeScope());
        return given[0];
    }

    public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var work = (Work)vars[^1];
        ctx.set_materialize_grads(false);
        ctx.save_data(Key, work);
        // What the layer reads beside its weights lives as long as the graph does.
        ctx.save_for_backward([.. vars[..^1].Cast<Tensor>(), .. work.Pass.Shared()]);
        return work.Outputs;
    }

    public override List<Tensor> backward(AutogradContext ctx, List<Tensor> gradients)
    {
        var work = (Work)ctx.get_data(Key);
        var inputs = work.Pass.Prefix is null ? 1 : 3;
        if (gradients[0].IsInvalid) return BackwardFaults.Nothing(inputs + 1); // a layer above failed
        try
        {
            return [.. work.Backward(ctx.get_saved_variables(), inputs, gradients).Select(gradient => gradient!), null!];
        }
        catch (Exception e)
        {
            BackwardFaults.Keep(e);
            return BackwardFaults.Nothing(inputs + 1);
        }
    }

    private sealed class Work(int index, DecoderLayer layer, ForwardPass pass, Recomputation shared)
    {
        public ForwardPass Pass => pass;
        /// <summary>What the layer gives, then its penalties; only while the function is applied.</summary>
        public List<Tensor> Outputs { get; set; } = [];

        public List<Tensor> Compute(Tensor x, (Tensor, Tensor)? prefix, ForwardPass from)
        {
            var penalties = pass.Penalties is null ? null : new List<Tensor>();
            var y = layer(x, from.Again(index, prefix, penalties));
            return [y, .. penalties ?? []];
        }

        /// <summary>Gradients of the inputs.</summary>
        public IEnumerable<Tensor?> Backward(List<Tensor> saved, int inputs, List<Tensor> gradients)
        {
            using var scope = NewDisposeScope();
            using var graph = enable_grad();
            foreach (var tensor in saved.Concat(gradients)) tensor.MoveToOtherDisposeScope(scope);
            var leaves = saved[..inputs].ConvertAll(input => input.detach().requires_grad_(input.requires_grad));
            var outputs = Compute(leaves[0], inputs == 1 ? null : (leaves[1], leaves[2]), pass.With(saved[inputs..]));
            torch.autograd.backward([.. outputs.Where(output => output.requires_grad)], [.. gradients.Where((_, i) => outputs[i].requires_grad)]);
            foreach (var penalty in outputs.Skip(1)) penalty.Dispose();
            var found = leaves.Select(leaf => leaf.grad).ToList();
            shared.HandOver(found[0]?.MoveToOuterDisposeScope());
            return [found[0], .. found.Skip(1).Select(gradient => gradient?.MoveToOuterDisposeScope())];
        }
    }
}
