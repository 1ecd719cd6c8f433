using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <summary>
/// AdamW whose two running means are kept as 8-bit codes of a dynamic map, times the largest magnitude of each block of
/// 256 (Dettmers et al. 2022): about 2 bytes a parameter in place of 8. Only a chunk at a time is unpacked.
/// </summary>
/// <remarks>Where a block holds one large and many tiny second moments, the tiny ones would fall to 0 and their steps grow
/// without bound: the smallest code above 0 is taken for them. Zero stays zero.</remarks>
public sealed class AdamW8Bit : IOptimizer
{
    private const int Block = 256;
    private const long Chunk = Block * 4096;

    private readonly FlatParameters parameters;
    private readonly AdamWOptions options;
    private readonly DynamicMap signed = DynamicMap.Create(signed: true), unsigned = DynamicMap.Create(signed: false);
    private readonly Tensor first, second; // (P) uint8
    private readonly Tensor firstScale, secondScale; // (blocks): a segment's blocks begin at its own start
    private readonly long[] blockStart;

    public AdamW8Bit(FlatParameters parameters, AdamWOptions options)
    {
        (this.parameters, this.options) = (parameters, options);
        blockStart = new long[parameters.Segments.Count];
        long blocks = 0;
        for (var i = 0; i < blockStart.Length; i++)
        {
            blockStart[i] = blocks;
            blocks += (parameters.Segments[i].Length + Block - 1) / Block;
        }
        var device = parameters.Values.device;
        first = full([parameters.Count], Scalars.Of(signed.Zero), ScalarType.Byte, device).DetachFromDisposeScope();
        second = full([parameters.Count], Scalars.Of(unsigned.Zero), ScalarType.Byte, device).DetachFromDisposeScope();
        firstScale = zeros(blocks, ScalarType.Float32, device).DetachFromDisposeScope();
        secondScale = zeros(blocks, ScalarType.Float32, device).DetachFromDisposeScope();
        Steps = new long[parameters.Segments.Count];
    }

    public IReadOnlyList<NamedTensor> State => [new("first", first), new("second", second), new("firstScale", firstScale), new("secondScale", secondScale)];
    public long[] Steps { get; }

    public void Step(Tensor gradient, double rate)
    {
        using var quiet = no_grad();
        for (var i = 0; i < parameters.Segments.Count; i++)
        {
            if (!parameters.IsActive(i)) continue;
            var segment = parameters.Segments[i];
            Steps[i]++;
            for (long at = 0; at < segment.Length; at += Chunk) StepChunk(i, segment, at, Math.Min(Chunk, segment.Length - at), gradient, rate * segment.RateFactor);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { first, second, firstScale, secondScale }) tensor.Dispose();
        signed.Dispose();
        unsigned.Dispose();
    }

    private void StepChunk(int index, Segment segment, long at, long length, Tensor gradient, double rate)
    {
        using var scope = NewDisposeScope();
        Tensor Part(Tensor flat) => flat.narrow(0, segment.Start + at, length);
        Tensor Blocks(Tensor scales) => scales.narrow(0, blockStart[index] + at / Block, (length + Block - 1) / Block);
        var (value, slope) = (Part(parameters.Values), Part(gradient));
        var mean = signed.Unpack(Part(first), Blocks(firstScale), Block).mul_(Scalars.Of(options.Beta1)).add_(slope, alpha: Scalars.Of(1 - options.Beta1));
        var square = unsigned.Unpack(Part(second), Blocks(secondScale), Block).mul_(Scalars.Of(options.Beta2)).addcmul_(slope, slope, Scalars.Of(1 - options.Beta2));
        if (segment.Decays && options.WeightDecay > 0) value.mul_(Scalars.Of(1 - rate * options.WeightDecay));
        var root = square.sqrt().div_(Scalars.Of(Math.Sqrt(1 - Math.Pow(options.Beta2, Steps[index])))).add_(Scalars.Of(options.Epsilon), Scalars.One);
        value.addcdiv_(mean, root, Scalars.Of(-rate / (1 - Math.Pow(options.Beta1, Steps[index]))));
        signed.Pack(mean, Part(first), Blocks(firstScale), Block);
        unsigned.Pack(square, Part(second), Blocks(secondScale), Block);
    }
}
