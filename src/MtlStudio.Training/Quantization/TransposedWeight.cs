using static TorchSharp.torch;

namespace MtlStudio.Training.Quantization;

/// <summary>A weight that lies as (in, out) in its model, kept in few bits as (out, in): so are those of transformers' Conv1D, and rows and blocks mean the same as elsewhere.</summary>
/// <param name="inner">(out, in).</param>
public sealed class TransposedWeight(IPackedWeight inner) : IPackedWeight
{
    /// <summary>(out, in).</summary>
    public IPackedWeight Inner => inner;
    public long[] Shape => [inner.Shape[1], inner.Shape[0]];
    public long Bytes => inner.Bytes;

    /// <summary>Packs a weight (in, out) of any float type; it stays as it is.</summary>
    public static TransposedWeight Pack(Tensor weight, Func<Tensor, IPackedWeight> pack)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return new(pack(weight.detach().t().contiguous()));
    }

    public Tensor Unpack(ScalarType type)
    {
        using var whole = inner.Unpack(type);
        return whole.t();
    }

    public void Dispose() => inner.Dispose();
}
