using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>The gradient rows of a step, brought to the host in double precision block by block.</summary>
public sealed class RowBlocks : IGradientBlocks
{
    private const long Columns = 1 << 16;

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
        SquaredNorm = 0;
        var all = rows.shape[1];
        for (long start = 0; start < all; start += Columns)
        {
            using var scope = NewDisposeScope();
            var length = Math.Min(Columns, all - start);
            var gradients = ToHost(rows.narrow(1, start, length));
            for (var i = 0; i < gradients.Length; i++) gradients[i] *= factors[i / length];
            var kept = own.Kept is null ? [] : ToHost(stack([.. present.Select(task => own.Kept[task].narrow(0, start, length))]));
            var direction = new double[length];
            visit(new(start, gradients, kept, direction));
            if (own.Kept is { } memory && keep)
                for (var k = 0; k < present.Count; k++)
                    memory[present[k]].narrow(0, start, length).copy_(tensor(kept.AsSpan((int)(k * length), (int)length).ToArray()));
            if (own.Direction is not { } written) continue;
            written.narrow(0, start, length).copy_(tensor(direction));
            foreach (var value in direction) SquaredNorm += value * value;
        }
    }

    private static double[] ToHost(Tensor block) => block.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
}
