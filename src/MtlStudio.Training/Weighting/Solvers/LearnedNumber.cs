namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>A number that a policy learns by its gradient, with Adam's moments.</summary>
public sealed record LearnedNumber
{
    public double Value { get; init; }
    /// <summary>The running mean of gradients.</summary>
    public double First { get; init; }
    /// <summary>The running mean of squared gradients.</summary>
    public double Second { get; init; }
    public int Steps { get; init; }
}

/// <summary>How a policy's own numbers follow their gradients: SGD, or Adam (Kingma, Ba 2015) with PyTorch's defaults.</summary>
/// <param name="Sgd">False: Adam.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Decay">Coupled L2: decay · value is added to the gradient.</param>
/// <param name="Bound">The value is held in ±bound, so that what is made of it stays finite.</param>
internal sealed record NumberRule(bool Sgd, double Rate, double Decay = 0, double Bound = 50)
{
    public LearnedNumber Step(LearnedNumber number, double gradient)
    {
        if (!double.IsFinite(gradient)) return number;
        gradient += Decay * number.Value;
        if (Sgd) return number with { Value = Hold(number.Value - Rate * gradient) };
        const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
        var steps = number.Steps + 1;
        var first = beta1 * number.First + (1 - beta1) * gradient;
        var second = beta2 * number.Second + (1 - beta2) * gradient * gradient;
        var denominator = Math.Sqrt(second) / Math.Sqrt(1 - Math.Pow(beta2, steps)) + epsilon;
        return new() { Value = Hold(number.Value - Rate / (1 - Math.Pow(beta1, steps)) * first / denominator), First = first, Second = second, Steps = steps };
    }

    private double Hold(double value) => Math.Clamp(value, -Bound, Bound);
}
