using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>A stretch of the flat buffer that is treated alike by the optimizer.</summary>
/// <param name="Name">As "shared/decay".</param>
/// <param name="Start">First element.</param>
/// <param name="Length">Elements.</param>
/// <param name="Decays">Whether weight decay acts on it.</param>
public sealed record Segment(string Name, long Start, long Length, bool Decays);

/// <summary>
/// All trained parameters as views of one float32 buffer of P elements, split in segments, so that optimizer steps,
/// clipping, norms and checkpoints are each a few large operations. The parameters keep their names and shapes; their
/// storage is the buffer's.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private readonly List<(TrainableParameter Parameter, long Start, long Length)> places = [];

    /// <exception cref="ArgumentException">No parameter, or one that is not float32.</exception>
    public FlatParameters(IReadOnlyList<TrainableParameter> parameters)
    {
        if (parameters.Count == 0) throw new ArgumentException("Nothing is trained: give at least one parameter", nameof(parameters));
        if (parameters.FirstOrDefault(p => p.Tensor.dtype != ScalarType.Float32) is { } wrong)
            throw new ArgumentException($"Trained parameters are float32 ({wrong.Name} is {wrong.Tensor.dtype})", nameof(parameters));
        var segments = new List<Segment>();
        foreach (var decays in new[] { true, false })
        {
            var start = Count;
            foreach (var parameter in parameters.Where(p => p.Decays == decays))
            {
                places.Add((parameter, Count, parameter.Tensor.numel()));
                Count += parameter.Tensor.numel();
            }
            if (Count > start) segments.Add(new(decays ? "shared/decay" : "shared/no-decay", start, Count - start, decays));
        }
        Segments = segments;
        using var quiet = no_grad();
        Values = empty(Count, ScalarType.Float32, parameters[0].Tensor.device).DetachFromDisposeScope();
        foreach (var (parameter, start, length) in places)
        {
            using var scope = NewDisposeScope();
            var view = Values.narrow(0, start, length).view(parameter.Tensor.shape);
            view.copy_(parameter.Tensor);
            parameter.Tensor.set_(view);
        }
    }

    /// <summary>P, the number of trained elements.</summary>
    public long Count { get; }

    /// <summary>(P): the values themselves.</summary>
    public Tensor Values { get; }

    /// <summary>The segments, in the buffer's order, covering it wholly.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>The trained parameters, in the buffer's order.</summary>
    public IEnumerable<TrainableParameter> Parameters => places.Select(place => place.Parameter);

    /// <summary>Views of a vector of P elements in the shapes of <see cref="Parameters"/>, in their order; the caller owns them.</summary>
    public Tensor[] ViewsOf(Tensor flat)
    {
        using var quiet = no_grad();
        return [.. places.Select(place =>
        {
            using var part = flat.narrow(0, place.Start, place.Length);
            return part.view(place.Parameter.Tensor.shape).DetachFromDisposeScope();
        })];
    }

    /// <summary>Makes backward accumulate into these views (from <see cref="ViewsOf"/>).</summary>
    public void SetGradients(Tensor[] views)
    {
        for (var i = 0; i < places.Count; i++) places[i].Parameter.Tensor.grad = views[i];
    }

    public void Dispose() => Values.Dispose();
}
