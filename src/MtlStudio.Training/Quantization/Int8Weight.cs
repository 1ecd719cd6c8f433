using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Quantization;

/// <summary>Row-wise 8-bit integers (the weights of LLM.int8, Dettmers et al. 2022): W ≈ q · (the row's largest magnitude) / 127, q rounded half to even.</summary>
public sealed class Int8Weight : IPackedWeight
{
    private readonly Tensor packed; // (out, in) int8
    private readonly Tensor largest; // (out) float32

    private Int8Weight(Tensor packed, Tensor largest) => (this.packed, this.largest) = (packed, largest);

    public long[] Shape => packed.shape;
    public long Bytes => packed.numel() + largest.numel() * sizeof(float);

    /// <summary>The integers, for comparisons.</summary>
    internal Tensor Packed => packed;

    /// <summary>Packs a weight (out, in) of any float type; it stays as it is.</summary>
    public static Int8Weight Pack(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var wide = weight.detach().to(float32);
        var largest = wide.abs().amax([1]);
        var scale = ones_like(largest).mul(Scalars.Of(127)).div(largest.clamp_min(Scalars.Of(1e-38f)));
        return new(wide.mul(scale.unsqueeze(1)).round().to(int8).DetachFromDisposeScope(), largest.DetachFromDisposeScope());
    }

    public Tensor Unpack(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        // Through at least float32; a wider type keeps the quotient's digits.
        var wide = type == float64 ? float64 : float32;
        return packed.to(wide).mul(largest.to(wide).div(Scalars.Of(127)).unsqueeze(1)).to(type).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        packed.Dispose();
        largest.Dispose();
    }
}
