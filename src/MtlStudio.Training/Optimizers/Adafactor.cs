using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Optimizers;

/// <param name="ScaleParameter">Multiplies the rate by each parameter's root mean square, at least 0.001.</param>
/// <param name="ClipThreshold">Largest root mean square of an update before the rate.</param>
/// <param name="DecayRate">The memory of squared gradients at step t (from 1) is 1 − t^DecayRate.</param>
public sealed record AdafactorOptions(bool ScaleParameter = false, double ClipThreshold = 1, double DecayRate = -0.8, double WeightDecay = 0);

/// <summary>
/// Adafactor (Shazeer, Stern 2018) without a first moment, as transformers has it: of a matrix's squared gradients the means
/// of rows and columns are kept, of a vector's all. The update is clipped by its root mean square before the rate; the decay
/// is decoupled and acts before the update.
/// </summary>
public sealed class Adafactor : IOptimizer
{
    private const double SquareFloor = 1e-30, ScaleFloor = 1e-3;

    private readonly FlatParameters parameters;
    private readonly AdafactorOptions options;
    private readonly Tensor second; // rows then columns of each matrix, or every element of a vector, in the buffer's order
    private readonly List<(ParameterPlace Place, long Start)> places = [];

    public Adafactor(FlatParameters parameters, AdafactorOptions options)
    {
        (this.parameters, this.options) = (parameters, options);
        long at = 0;
        foreach (var place in parameters.Places)
        {
            places.Add((place, at));
            at += IsFactored(place) ? place.Shape[..^1].Aggregate(1L, (a, b) => a * b) + place.Shape[..^2].Aggregate(1L, (a, b) => a * b) * place.Shape[^1] : place.Length;
        }
        second = zeros(at, ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
        Steps = new long[parameters.Segments.Count];
    }

    public static Adafactor Of(MethodChoice choice, FlatParameters parameters)
    {
        double Option(string name) => choice.Options.Number(MethodKind.Optimizer, choice.Name, name);
        return new(parameters, new(choice.Options.Flag(MethodKind.Optimizer, choice.Name, "scaleParameter"), Option("clipThreshold"), Option("decayRate"), Option("weightDecay")));
    }

    public IReadOnlyList<NamedTensor> State => [new("second", second)];
    public long[] Steps { get; }

    public void Step(Tensor gradient, double rate)
    {
        using var quiet = no_grad();
        for (var i = 0; i < Steps.Length; i++) if (parameters.IsActive(i)) Steps[i]++;
        foreach (var (place, start) in places)
        {
            if (!parameters.IsActive(place.Segment)) continue;
            using var scope = NewDisposeScope();
            var segment = parameters.Segments[place.Segment];
            var memory = 1 - Math.Pow(Steps[place.Segment], options.DecayRate);
            var value = parameters.Values.narrow(0, place.Start, place.Length);
            var slope = gradient.narrow(0, place.Start, place.Length).view(place.Shape);
            var update = IsFactored(place) ? Factored(slope, place.Shape, start, memory) : Whole(slope, start, memory);
            update.div_(RootMeanSquare(update).div_(Scalars.Of(options.ClipThreshold)).clamp_(min: Scalars.One));
            // A tensor of no dimension, so that nothing is read back from the device.
            var own = (options.ScaleParameter ? RootMeanSquare(value).clamp_(min: Scalars.Of(ScaleFloor)) : ones([], device: value.device)).mul_(Scalars.Of(rate * segment.RateFactor));
            if (segment.Decays && options.WeightDecay > 0) value.sub_(value.mul(own).mul_(Scalars.Of(options.WeightDecay)));
            value.view(place.Shape).sub_(update.mul_(own));
        }
    }

    public void Dispose() => second.Dispose();

    private static bool IsFactored(ParameterPlace place) => place.Shape.Length >= 2;

    private Tensor Factored(Tensor slope, long[] shape, long start, double memory)
    {
        var square = slope.pow(Scalars.Two).add_(Scalars.Of(SquareFloor), Scalars.One);
        long[] rowShape = shape[..^1], columnShape = [.. shape[..^2], shape[^1]];
        var count = rowShape.Aggregate(1L, (a, b) => a * b);
        var rows = second.narrow(0, start, count).view(rowShape);
        var columns = second.narrow(0, start + count, columnShape.Aggregate(1L, (a, b) => a * b)).view(columnShape);
        rows.mul_(Scalars.Of(memory)).add_(square.mean([-1]), alpha: Scalars.Of(1 - memory));
        columns.mul_(Scalars.Of(memory)).add_(square.mean([-2]), alpha: Scalars.Of(1 - memory));
        return rows.div(rows.mean([-1], keepdim: true)).rsqrt_().unsqueeze(-1).mul(columns.unsqueeze(-2).rsqrt()).mul_(slope);
    }

    private Tensor Whole(Tensor slope, long start, double memory)
    {
        var kept = second.narrow(0, start, slope.numel()).view(slope.shape);
        kept.mul_(Scalars.Of(memory)).add_(slope.pow(Scalars.Two).add_(Scalars.Of(SquareFloor), Scalars.One), alpha: Scalars.Of(1 - memory));
        return kept.rsqrt().mul_(slope);
    }

    private static Tensor RootMeanSquare(Tensor x) => x.pow(Scalars.Two).mean().sqrt_();
}
