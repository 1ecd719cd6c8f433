using MtlStudio.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Regularization;

/// <summary>
/// An exponential moving average of the trained values (Polyak, Juditsky 1992): a ← d·a + (1 − d)·θ after every step,
/// beginning at the start's values. It is what is scored and kept; training goes on with the values themselves.
/// With warm-up d is min(d, (1 + n)/(10 + n)) at step n from 1, so that a short run is not ruled by its start.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly FlatParameters parameters;
    private readonly double decay;
    private readonly bool warmUp;

    public WeightAverage(FlatParameters parameters, double decay, bool warmUp)
    {
        (this.parameters, this.decay, this.warmUp) = (parameters, decay, warmUp);
        using var quiet = no_grad();
        Average = parameters.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>(P): the average.</summary>
    public Tensor Average { get; }

    /// <summary>Takes the values after a step in.</summary>
    /// <param name="step">Steps done, from 1.</param>
    public void Update(int step)
    {
        using var quiet = no_grad();
        var memory = warmUp ? Math.Min(decay, (1.0 + step) / (10 + step)) : decay;
        Average.mul_(Scalars.Of(memory)).add_(parameters.Values, alpha: Scalars.Of(1 - memory));
    }

    /// <summary>Puts the average in the model's place until the result is disposed.</summary>
    public IDisposable Shown() => new Exchange(this);

    public void Dispose() => Average.Dispose();

    private void Swap()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var live = parameters.Values.clone();
        parameters.Values.copy_(Average);
        Average.copy_(live);
    }

    private sealed class Exchange : IDisposable
    {
        private readonly WeightAverage average;

        public Exchange(WeightAverage average)
        {
            this.average = average;
            average.Swap();
        }

        public void Dispose() => average.Swap();
    }
}
