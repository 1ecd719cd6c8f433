using static TorchSharp.torch;

namespace MtlStudio.Training.Quantization;

/// <summary>A frozen weight kept in few bits.</summary>
public interface IPackedWeight : IDisposable
{
    long[] Shape { get; }

    /// <summary>Bytes that it takes.</summary>
    long Bytes { get; }

    /// <summary>The weight as it is computed with, in the type given; the caller owns it.</summary>
    Tensor Unpack(ScalarType type);
}
