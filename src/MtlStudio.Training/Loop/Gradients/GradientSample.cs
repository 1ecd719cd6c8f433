using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Regularization;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>
/// What is kept of each task's gradient where whole rows do not fit: the columns of some layers, or a seeded sketch. A sketch of
/// S numbers sums blocks of S columns under random signs (a count sketch, Charikar, Chen, Farach-Colton 2002): inner products of
/// sketches are those of the gradients up to noise of about ‖g‖‖h‖/√S.
/// </summary>
public sealed class GradientSample : IDisposable
{
    /// <summary>Columns that are turned at a time.</summary>
    private const long Chunk = 1 << 22;

    private readonly Tensor kept; // (slots, S) float32
    private readonly Tensor? signs; // (P) int8, ±1
    private readonly IReadOnlyList<(long Start, long Length)> ranges;
    private readonly FlatParameters parameters;
    private readonly Tensor[] views;

    private GradientSample(FlatParameters parameters, long size, int slots, IReadOnlyList<(long Start, long Length)> ranges, Tensor? signs)
    {
        (this.parameters, this.ranges, this.signs) = (parameters, ranges, signs);
        kept = zeros([slots, size], ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
        Gradient = zeros_like(parameters.Values).DetachFromDisposeScope();
        views = parameters.ViewsOf(Gradient);
    }

    /// <summary>(P): the gradient of the task whose micro-batches run, and of the last one until the next begins.</summary>
    public Tensor Gradient { get; }

    /// <summary>S, the numbers kept of each gradient.</summary>
    public long Size => kept.shape[1];

    /// <summary>The sample a plan wants; null where it wants none.</summary>
    /// <param name="layers">Of the spec, as "0-3,7".</param>
    /// <exception cref="InvalidInputException">The layers are not there, or hold nothing that is trained.</exception>
    public static GradientSample? Of(GradientPlan plan, string? layers, FlatParameters parameters, int tasks, long seed)
    {
        if (!plan.IsSampled) return null;
        if (plan.Mode == GradientMode.Sketch) return OfSketch(parameters, tasks, plan.SampleSize, seed);
        var count = parameters.Places.Max(place => LayerRates.LayerOf(place.Name) ?? -1) + 1;
        var chosen = LayerRange.Parse(layers, count, "weighting.layers").ToHashSet();
        return OfColumns(parameters, tasks, name => LayerRates.LayerOf(name) is { } layer && chosen.Contains(layer));
    }

    /// <summary>The columns of the parameters that <paramref name="chosen"/> picks by name.</summary>
    /// <exception cref="InvalidInputException">It picks none.</exception>
    public static GradientSample OfColumns(FlatParameters parameters, int slots, Func<string, bool> chosen)
    {
        var ranges = parameters.Places.Where(place => chosen(place.Name)).Select(place => (place.Start, place.Length)).ToList();
        if (ranges.Count == 0)
            throw new InvalidInputException("weighting.layers", "Nothing is trained in these layers: name layers that are, or leave it empty for all");
        return new(parameters, ranges.Sum(range => range.Length), slots, ranges, null);
    }

    /// <summary>A sketch of <paramref name="size"/> numbers; the same seed gives the same signs.</summary>
    public static GradientSample OfSketch(FlatParameters parameters, int slots, long size, long seed)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var generator = new Generator(new Core.KeyedRandom(seed, "gradient-sketch").NextUInt64() >> 1, CPU);
        var signs = empty([parameters.Count], ScalarType.Int8);
        for (long start = 0; start < parameters.Count; start += Chunk)
        {
            using var part = NewDisposeScope();
            var length = Math.Min(Chunk, parameters.Count - start);
            signs.narrow(0, start, length).copy_(rand([length], generator: generator).ge(Scalars.Of(0.5)).to(ScalarType.Int8).mul(Scalars.Two).sub(Scalars.One));
        }
        return new(parameters, Math.Min(size, parameters.Count), slots, [], signs.to(parameters.Values.device).DetachFromDisposeScope());
    }

    /// <summary>Backward accumulates one task's gradient from now on.</summary>
    public void Begin()
    {
        using (no_grad()) Gradient.zero_();
        parameters.SetGradients(views);
    }

    /// <summary>Keeps the sample of the gradient accumulated since <see cref="Begin"/>.</summary>
    public void Keep(int slot)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (signs is null) kept[slot].copy_(cat([.. ranges.Select(range => Gradient.narrow(0, range.Start, range.Length))]));
        else Sketch(kept[slot].zero_(), signs);
    }

    /// <summary>(used, used) float64: inner products of the first samples.</summary>
    public Tensor Gram(int used)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var gram = zeros([used, used], ScalarType.Float64, kept.device);
        for (long start = 0; start < Size; start += 1 << 18)
        {
            using var part = NewDisposeScope();
            var block = kept.narrow(0, 0, used).narrow(1, start, Math.Min(1 << 18, Size - start)).to(ScalarType.Float64);
            gram.addmm_(block, block.t(), 1, 1);
        }
        return gram.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var view in views) view.Dispose();
        Gradient.Dispose();
        kept.Dispose();
        signs?.Dispose();
    }

    private void Sketch(Tensor sum, Tensor signs)
    {
        var all = Gradient.shape[0];
        var step = Math.Max(1, Chunk / Size) * Size;
        for (long start = 0; start < all; start += step)
        {
            using var part = NewDisposeScope();
            var length = Math.Min(step, all - start);
            var turned = Gradient.narrow(0, start, length).mul(signs.narrow(0, start, length));
            var whole = length / Size * Size;
            if (whole > 0) sum.add_(turned.narrow(0, 0, whole).view(-1, Size).sum(dim: 0), Scalars.One);
            if (length > whole) sum.narrow(0, 0, length - whole).add_(turned.narrow(0, whole, length - whole), Scalars.One);
        }
    }
}
