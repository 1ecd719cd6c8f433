using System.Runtime.InteropServices;
using MtlStudio.Training.Weighting;
using MtlStudio.Training.Weighting.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>The gradient rows of a step, brought to the host in double precision block by block, each in the same memory.</summary>
public sealed class RowBlocks : IGradientBlocks
{
    /// <summary>A block of a few tasks stays in a processor's cache.</summary>
    private const long Columns = 1 << 14;

    private readonly Tensor rows;
    private readonly PolicyRows own;
    private readonly IReadOnlyList<int> present;
    private readonly double[] factors;
    private readonly bool keep;

    internal RowBlocks(Tensor rows, PolicyRows own, IReadOnlyList<int> present, double[] factors, bool keep) =>
        (this.rows, this.own, this.present, this.factors, this.keep) = (rows, own, present, factors, keep);

    /// <summary>Squared norm of what the policy wrote into its own direction.</summary>
    public double SquaredNorm { get; private set; }

    public void ForEach(Action<GradientBlock> visit)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        SquaredNorm = 0;
        var count = present.Count;
        var (gradients, kept, direction) = (Host(count), Host(own.Kept is null ? 0 : count), Host(1));
        var scales = factors.All(factor => factor == 1) ? null : tensor(factors).unsqueeze(1);
        for (long start = 0; start < rows.shape[1]; start += Columns)
        {
            using var block = NewDisposeScope();
            var length = Math.Min(Columns, rows.shape[1] - start);
            var now = View(gradients, length).copy_(rows.narrow(1, start, length));
            if (scales is not null) now.mul_(scales);
            direction.zero_();
            if (own.Kept is { } known)
                for (var k = 0; k < count; k++) View(kept, length)[k].copy_(known[present[k]].narrow(0, start, length));
            var written = Numbers(direction)[..(int)length];
            visit(new(start, Numbers(gradients)[..(int)(count * length)], own.Kept is null ? [] : Numbers(kept)[..(int)(count * length)], written));
            if (own.Kept is { } memory && keep)
                for (var k = 0; k < count; k++) memory[present[k]].narrow(0, start, length).copy_(View(kept, length)[k]);
            if (own.Direction is not { } target) continue;
            target.narrow(0, start, length).copy_(direction.narrow(0, 0, length));
            SquaredNorm += RowMath.Dot(written, written);
        }
    }

    /// <summary>Room for so many rows of a block.</summary>
    private static Tensor Host(int count) => empty([count * Columns], ScalarType.Float64);

    /// <summary>(rows, length): a block's rows one after the other, without gaps where the block is the last and short.</summary>
    private static Tensor View(Tensor host, long length) => host.narrow(0, 0, host.shape[0] / Columns * length).view(-1, length);

    private static Span<double> Numbers(Tensor host) => MemoryMarshal.Cast<byte, double>(host.bytes);
}
