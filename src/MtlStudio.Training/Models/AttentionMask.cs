using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>Masks as tensors, from a layout's plain numbers.</summary>
public static class AttentionMask
{
    /// <summary>(batch, 1, length, length): 0 where row i sees column j, −∞ elsewhere. Each token sees itself, so that no row is all −∞.</summary>
    public static Tensor Additive(AttentionLayout layout, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        long length = layout.Length;
        if (layout.Segments is null)
            return zeros([1, 1, length, length], type, device).masked_fill_(ones(length, length, ScalarType.Bool, device).tril().logical_not(), Scalars.Of(double.NegativeInfinity)).MoveToOuterDisposeScope();
        var segments = tensor(layout.Segments!.ToArray(), int32, device).view(layout.Batch, 1, length);
        var keys = segments.unsqueeze(2);
        var seen = segments.unsqueeze(3).eq(keys).logical_or(keys.eq(Scalars.Of(AttentionLayout.Seen)));
        if (layout.Parents is not null)
            seen = seen.logical_or(tensor(layout.Parents.ToArray(), int32, device).view(layout.Batch, 1, length, 1).eq(keys));
        var past = ones(length, length, ScalarType.Bool, device).tril();
        return zeros(seen.shape, type, device).masked_fill_(seen.logical_and(past).logical_not(), Scalars.Of(double.NegativeInfinity)).MoveToOuterDisposeScope();
    }
}
