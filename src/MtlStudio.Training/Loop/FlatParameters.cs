using MtlStudio.Training.Sharing;
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
    /// <summary>In whose steps it moves; null: in all.</summary>
    public PrivateOwner? Owner { get; init; }
}

/// <summary>All segments of one owner.</summary>
public sealed record PrivatePart(PrivateOwner Owner, long Start, long Length);

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
    private readonly bool[] active; // by segment

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
        var parts = new List<PrivatePart>();
        foreach (var owned in parameters.GroupBy(p => p.Owner?.Name).OrderBy(g => g.Key is not null))
        {
            var first = at;
            Lay(owned);
            if (owned.First().Owner is { } owner) parts.Add(new(owner, first, at - first));
            else SharedCount = at;
        }
        (Segments, Places, Private) = (segments, located, parts);
        active = [.. segments.Select(_ => true)];
        foreach (var (parameter, leaf, _) in places) parameter.Bind(leaf);

        void Lay(IGrouping<string?, TrainableParameter> owned)
        {
            foreach (var group in owned.GroupBy(p => (p.Decays, p.RateFactor, By: p.MovedBy?.Name)).OrderByDescending(g => g.Key.Decays).ThenByDescending(g => g.Key.RateFactor).ThenBy(g => g.Key.By, StringComparer.Ordinal))
            {
                var start = at;
                foreach (var parameter in group)
                {
                    var length = parameter.Value.numel();
                    located.Add(new(parameter.Name, parameter.Value.shape, at, length, segments.Count));
                    places.Add((parameter, Leaf(parameter, at), at));
                    at += length;
                }
                var (decays, factor, by) = group.Key;
                segments.Add(new($"{(owned.Key is null ? "shared" : $"private/{owned.Key}")}/{(decays ? "decay" : "no-decay")}{(factor == 1 ? "" : $"/rate×{factor:R}")}{(by is null ? "" : $"/{by}")}", start, at - start, decays) { RateFactor = factor, Owner = group.First().MovedBy ?? group.First().Owner });
            }
        }
    }

    /// <summary>P, the number of trained elements.</summary>
    public long Count { get; }

    /// <summary>Numbers that all tasks share; they come first.</summary>
    public long SharedCount { get; }

    /// <summary>What is private to tasks or groups of them, behind what is shared.</summary>
    public IReadOnlyList<PrivatePart> Private { get; }

    /// <summary>Elements of one task's gradient: what is shared, and the part of its own (the largest one's size).</summary>
    public long RowLength => SharedCount + (Private.Count == 0 ? 0 : Private.Max(part => part.Length));

    /// <summary>The private part that a task's examples train, or null.</summary>
    public PrivatePart? PrivateOf(string task) => Private.FirstOrDefault(part => part.Owner.Tasks.Contains(task));

    /// <summary>Says whose examples a step holds: the private segments of the others are not <see cref="IsActive"/>.</summary>
    public void SetPresent(IReadOnlyList<string> tasks)
    {
        for (var i = 0; i < active.Length; i++) active[i] = Segments[i].Owner is not { } owner || owner.Tasks.Any(tasks.Contains);
    }

    /// <summary>False for a segment that an optimizer leaves alone, with its moments and its count of steps: the step has nothing of its tasks.</summary>
    public bool IsActive(int segment) => active[segment];

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

    /// <summary>Views of one task's gradient (<see cref="RowLength"/>) in the parameters' shapes; those of different owners lie over each other, for a task has one.</summary>
    public Tensor[] RowViewsOf(Tensor row) => [.. places.Select(place => View(row, place.Leaf.shape,
        place.Parameter.Owner is { } owner ? SharedCount + place.Start - Private.First(part => part.Owner.Name == owner.Name).Start : place.Start))];

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
