using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <summary>
/// The 8-bit dynamic map of Dettmers et al. 2022 (as bitsandbytes' create_dynamic_map): 256 values in [−1, 1] or [0, 1]
/// that are dense near 0, seven decades with ever more steps.
/// </summary>
public sealed class DynamicMap : IDisposable
{
    private const int Decades = 7;

    private readonly Tensor codes; // (256), rising
    private readonly Tensor edges; // (255): the middles between neighbours
    private readonly bool isSigned;

    private DynamicMap(float[] values, bool isSigned)
    {
        this.isSigned = isSigned;
        Zero = Array.IndexOf(values, 0f);
        Values = values;
        codes = tensor(values).DetachFromDisposeScope();
        edges = tensor(values.Zip(values.Skip(1), (a, b) => (a + b) / 2).ToArray()).DetachFromDisposeScope();
    }

    public IReadOnlyList<float> Values { get; }

    /// <summary>The code of 0.</summary>
    public int Zero { get; }

    public static DynamicMap Create(bool signed)
    {
        var values = new List<double> { 0, 1 };
        for (var decade = 0; decade < Decades; decade++)
        {
            var steps = 1 << (decade + (signed ? 0 : 1));
            var scale = Math.Pow(10, decade - (Decades - 1));
            for (var step = 0; step < steps; step++)
            {
                var middle = scale * (0.1 + 0.9 * (step + 0.5) / steps);
                values.Add(middle);
                if (signed) values.Add(-middle);
            }
        }
        return new([.. values.Order().Select(value => (float)value)], signed);
    }

    /// <summary>(n) float32 of (n) codes and the scales of their blocks.</summary>
    public Tensor Unpack(Tensor packed, Tensor scales, int block)
    {
        using var scope = NewDisposeScope();
        var n = packed.shape[0];
        var values = codes.to(packed.device).index_select(0, packed.to(ScalarType.Int64));
        return values.mul_(scales.repeat_interleave(block).narrow(0, 0, n)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the codes of (n) float32 and their blocks' largest magnitudes.</summary>
    public void Pack(Tensor values, Tensor packed, Tensor scales, int block)
    {
        using var scope = NewDisposeScope();
        var n = values.shape[0];
        var rows = nn.functional.pad(values, [0, scales.shape[0] * block - n]).view(-1, block);
        scales.copy_(rows.abs().amax([1]));
        var relative = rows.div(scales.clamp_min(Scalars.Of(1e-35f)).unsqueeze(1)).flatten().narrow(0, 0, n);
        var found = searchsorted(edges.to(values.device), relative);
        if (!isSigned) found = found.maximum(relative.gt(Scalars.Of(0)).to(ScalarType.Int64)); // a second moment above 0 stays above 0
        packed.copy_(found.to(ScalarType.Byte));
    }

    public void Dispose()
    {
        codes.Dispose();
        edges.Dispose();
    }
}
