using static TorchSharp.torch;

namespace MtlStudio.Training.Sharing;

/// <summary>Sums of several up-projections as one product.</summary>
internal static class UpProjections
{
    /// <summary>Σᵢ wᵢ · Bᵢ hᵢ for every token: (tokens, out).</summary>
    /// <param name="weighted">(tokens, n, r): wᵢ hᵢ.</param>
    /// <param name="b">(n, out, r).</param>
    public static Tensor Sum(Tensor weighted, Tensor b)
    {
        var (n, outputs, rank) = (b.shape[0], b.shape[1], b.shape[2]);
        return weighted.reshape(-1, n * rank).mm(b.permute(0, 2, 1).reshape(n * rank, outputs));
    }
}
