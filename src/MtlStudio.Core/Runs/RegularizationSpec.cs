namespace MtlStudio.Core.Runs;

/// <summary>What holds a run from over- and underfitting; each is off by default.</summary>
public sealed record RegularizationSpec
{
    /// <summary>ε, the share of probability that label smoothing spreads over the whole vocabulary.</summary>
    public double LabelSmoothing { get; init; }
    /// <summary>d, the memory of the weights' moving average; 0: none is kept.</summary>
    public double EmaDecay { get; init; }
    /// <summary>Lets the average's memory grow from its first steps on.</summary>
    public bool EmaWarmUp { get; init; } = true;
    /// <summary>λ of L2-SP, the pull towards the values that training starts from.</summary>
    public double L2Start { get; init; }
    /// <summary>Each layer's learning rate as a share of that of the layer above.</summary>
    public double LayerRateDecay { get; init; } = 1;
}
