using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>Turns pairs (i, i + d/2) of the first d dimensions of each head by the position's angles.</summary>
public static class Rotary
{
    /// <summary>
    /// <paramref name="x"/>: (batch, length, heads, head dim); <paramref name="cos"/>, <paramref name="sin"/>:
    /// (batch or 1, length, at least as many heads, d) as <see cref="RotaryTable"/> lays them out, so that
    /// x·cos + roll(x, d/2)·sin is the turn.
    /// </summary>
    public static Tensor Apply(Tensor x, Tensor cos, Tensor sin)
    {
        var (heads, d) = (x.shape[2], cos.shape[^1]);
        if (cos.shape[2] > heads) (cos, sin) = (cos.narrow(2, 0, heads), sin.narrow(2, 0, heads));
        if (d == x.shape[^1]) return Turn(x, cos, sin, d);
        var kept = x.narrow(-1, d, x.shape[^1] - d);
        return cat([Turn(x.narrow(-1, 0, d), cos, sin, d), kept], -1);
    }

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin, long d) => addcmul(x.mul(cos), x.roll(d / 2, -1), sin, Scalars.One);
}
