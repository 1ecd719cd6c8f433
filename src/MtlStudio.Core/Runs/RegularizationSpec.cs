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
    /// <summary>α of R-Drop; 0: one forward pass.</summary>
    public double RDrop { get; init; }
    /// <summary>α of NEFTune, the noise on embeddings; 0: none.</summary>
    public double Neftune { get; init; }
    /// <summary>Probability that an element of the embeddings is dropped in training.</summary>
    public double EmbeddingDropout { get; init; }
    /// <summary>Probability that an element of what an attention or MLP block adds to the residual stream is dropped in training.</summary>
    public double HiddenDropout { get; init; }
    /// <summary>Probability that an attention weight is dropped in training.</summary>
    public double AttentionDropout { get; init; }
    /// <summary>Ends the run after so many evaluations without a better unified score; 0: never.</summary>
    public int Patience { get; init; }
    /// <summary>Freezes a task after so many evaluations without a lower validation loss; 0: never.</summary>
    public int TaskPatience { get; init; }
    /// <summary>What a score must gain, or a loss lose, to count as better.</summary>
    public double SmallestGain { get; init; }
}
