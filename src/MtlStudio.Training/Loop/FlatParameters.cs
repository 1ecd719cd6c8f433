using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>A stretch of the flat buffer that is treated alike by the optimizer.</summary>
/// <param name="Name">As "shared/decay".</param>
/// <param name="Start">First element.</param>
/// <param name="Length">Elements.</param>
/// <param name="Decays">Whether weight decay acts on it.</param>
public sealed record Segment(string Name, long Start, long Length, bool Decays)
{
    /// <summary>What the step's learning rate is multiplied by.</summary>
    public double RateFactor { get; init; } = 1;
}

/// <summary>Where a parameter lies in the flat buffer.</summary>
/// <param name="Segment">Number of its segment.</param>
public sealed record ParameterPlace(string Name, long[] Shape, long Start, long Length, int Segment);

/// <summary>
/// All trained parameters as leaves that are views of one float32 buffer of P elements, split in segments, so that
/// optimizer steps, clipping, norms and checkpoints are each a few large operations.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private readonly List<(TrainableParameter Parameter, Tensor Leaf, long Start)> places = [];

    /// <summary>Copies the parameters into one buffer on <paramref name="device"/> and binds the leaves.</summary>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    public FlatParameters(IReadOnlyList<TrainableParameter> parameters, Device device)
    {
        if (parameters.Count == 0) throw new ArgumentException("Nothing is trained: give at least one parameter", nameof(parameters));
        Count = parameters.Sum(p => p.Value.numel());
        using var quiet = no_grad();
        Values = empty(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        var segments = new List<Segment>();
        long at = 0;
        var located = new List<ParameterPlace>();
        foreach (var group in parameters.GroupBy(p => (p.Decays, p.RateFactor)).OrderByDescending(g => g.Key.Decays).ThenByDescending(g => g.Key.RateFactor))
        {
            var start = at;
            foreach (var parameter in group)
            {
                var length = parameter.Value.numel();
                located.Add(new(parameter.Name, parameter.Value.shape, at, length, segments.Count));
                places.Add((parameter, Leaf(parameter, at), at));
                at += length;
            }
            var (decays, factor) = group.Key;
            segments.Add(new($"shared/{(decays ? "decay" : "no-decay")}{(factor == 1 ? "" : $"/rate×{factor:R}")}", start, at - start, decays) { RateFactor = factor });
        }
        (Segments, Places) = (segments, located);
        foreach (var (parameter, leaf, _) in places) parameter.Bind(leaf);
    }

    /// <summary>P, the number of trained elements.</summary>
    public long Count { get; }

    /// <summary>(P): the values themselves.</summary>
    public Tensor Values { get; }

    /// <summary>The segments, in the buffer's order, covering it wholly.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>Every parameter's place, in the buffer's order.</summary>
    public IReadOnlyList<ParameterPlace> Places { get; }

    /// <summary>Name and leaf of every parameter, in the buffer's order.</summary>
    public IEnumerable<(string Name, Tensor Leaf)> Leaves => places.Select(place => (place.Parameter.Name, place.Leaf));

    /// <summary>Views of a vector of P elements in the parameters' shapes, in the buffer's order; the caller owns them.</summary>
    public Tensor[] ViewsOf(Tensor flat) => [.. places.Select(place => View(flat, place.Leaf.shape, place.Start))];

    /// <summary>Makes backward accumulate into these views (from <see cref="ViewsOf"/>).</summary>
    public void SetGradients(Tensor[] views)
    {
        for (var i = 0; i < places.Count; i++) places[i].Leaf.grad = views[i];
    }

    public void Dispose()
    {
        foreach (var (_, leaf, _) in places) leaf.Dispose();
        Values.Dispose();
    }

    private Tensor Leaf(TrainableParameter parameter, long start)
    {
        var view = View(Values, parameter.Value.shape, start);
        view.copy_(parameter.Value);
        return view.requires_grad_();
    }

    private static Tensor View(Tensor flat, long[] shape, long start)
    {
        using var quiet = no_grad();
        using var part = flat.narrow(0, start, shape.Aggregate(1L, (a, b) => a * b));
        return part.view(shape).DetachFromDisposeScope();
    }
}
