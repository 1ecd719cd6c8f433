using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>
/// The two thin products of a low-rank update, laid out so that they and their gradients always have the rank as the outer dimension:
/// with the rank innermost, and below 16, the CPU's matrix library takes a path several times slower (docs/benchmarks.md).
/// </summary>
internal static class LowRank
{
    /// <summary>A·xᵀ: <paramref name="x"/> (tokens, in), <paramref name="a"/> (r, in) → (r, tokens).</summary>
    public static Tensor Down(Tensor x, Tensor a) => a.mm(x.t());

    /// <summary>output + lowᵀ·Bᵀ: <paramref name="low"/> (r, tokens), <paramref name="b"/> (out, r) → (tokens, out). Changes <paramref name="output"/> in place.</summary>
    public static Tensor UpOnto(Tensor output, Tensor low, Tensor b) => output.addmm_(low.t(), b.t().contiguous());
}
