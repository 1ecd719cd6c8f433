using MtlStudio.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Quantization;

/// <summary>
/// 4-bit NormalFloat (Dettmers et al. 2023, QLoRA; the codes of bitsandbytes): the flat weight in blocks of 64, each
/// element the nearest of 16 values (of equally near ones the lower) times the block's largest magnitude. Two a byte, the
/// first in the high bits. Doubly quantized, the magnitudes less their mean are 8-bit codes of a dynamic map in blocks of 256.
/// </summary>
public sealed class Nf4Weight : IPackedWeight
{
    public const int Block = 64;
    private const int ScaleBlock = 256;

    private static readonly float[] Codes =
    [
        -1f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0f,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1f,
    ];

    private static readonly Lazy<DynamicMap> Map = new(() => DynamicMap.Create(signed: true));

    private readonly Tensor packed; // (⌈n/2⌉) uint8
    private readonly Tensor scales; // (blocks) float32, or uint8 codes
    private readonly Tensor? scaleScales; // (⌈blocks/256⌉) float32
    private readonly double offset;

    private Nf4Weight(long[] shape, Tensor packed, Tensor scales, Tensor? scaleScales, double offset) =>
        (Shape, this.packed, this.scales, this.scaleScales, this.offset) = (shape, packed, scales, scaleScales, offset);

    public long[] Shape { get; }
    public long Bytes => packed.numel() + scales.numel() * scales.element_size() + (scaleScales?.numel() ?? 0) * sizeof(float);

    /// <summary>The packed bytes, for comparisons.</summary>
    internal Tensor Packed => packed;

    /// <summary>Packs a weight of any float type; it stays as it is.</summary>
    /// <param name="doubly">Quantizes the blocks' magnitudes too: 0.37 bits less an element.</param>
    public static Nf4Weight Pack(Tensor weight, bool doubly = false)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var n = weight.numel();
        var blocks = (n + Block - 1) / Block;
        var rows = nn.functional.pad(weight.detach().to(float32).flatten(), [0, blocks * Block - n]).view(blocks, Block);
        var largest = rows.abs().amax([1]);
        // By the reciprocal, as the reference does: a quotient may round to another code.
        var relative = rows.mul(largest.clamp_min(Scalars.Of(1e-38f)).reciprocal().unsqueeze(1)).clamp_(Scalars.Of(-1), Scalars.One).flatten().narrow(0, 0, n);
        var edges = tensor(Codes.Zip(Codes.Skip(1), (a, b) => (a + b) / 2).ToArray(), device: weight.device);
        var codes = nn.functional.pad(searchsorted(edges, relative).to(uint8), [0, n % 2]);
        var pairs = codes.view(-1, 2);
        var packed = pairs[.., 0].mul(Scalars.Of(16)).add(pairs[.., 1], Scalars.One).to(uint8).DetachFromDisposeScope();
        if (!doubly) return new(weight.shape, packed, largest.DetachFromDisposeScope(), null, 0);
        var mean = largest.mean();
        var scaleCodes = empty([blocks], uint8, weight.device);
        var scaleScales = empty([(blocks + ScaleBlock - 1) / ScaleBlock], float32, weight.device);
        Map.Value.Pack(largest.sub(mean), scaleCodes, scaleScales, ScaleBlock);
        return new(weight.shape, packed, scaleCodes.DetachFromDisposeScope(), scaleScales.DetachFromDisposeScope(), mean.item<float>());
    }

    public Tensor Unpack(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var n = Shape.Aggregate(1L, (a, b) => a * b);
        var table = tensor(Codes, device: packed.device);
        var whole = packed.to(int32);
        var values = table.index_select(0, stack([whole.div(Scalars.Of(16), RoundingMode.floor), whole.remainder(Scalars.Of(16))], 1).flatten()).narrow(0, 0, n); // (n)
        var blocks = scales.shape[0];
        var rows = blocks * Block == n ? values.view(blocks, Block) : nn.functional.pad(values, [0, blocks * Block - n]).view(blocks, Block);
        return rows.mul(Scales().unsqueeze(1)).flatten().narrow(0, 0, n).view(Shape).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>(blocks) float32.</summary>
    internal Tensor Scales() => scaleScales is null ? scales : Map.Value.Unpack(scales, scaleScales, ScaleBlock).add(Scalars.Of((float)offset), Scalars.One);

    public void Dispose()
    {
        packed.Dispose();
        scales.Dispose();
        scaleScales?.Dispose();
    }
}
