namespace MtlStudio.Training.Weighting;

/// <summary>What a policy must know before it can say the step's coefficients, and so what the loop must keep.</summary>
public enum PolicyNeeds
{
    /// <summary>Its state alone: the coefficients are known before the backward pass, and gradients may be summed as they come.</summary>
    State,
    /// <summary>The mean task losses of this step: rows are kept (or a second backward made), coefficients applied afterwards.</summary>
    Losses,
    /// <summary>The Gram matrix of this step's task gradients (and the losses): rows are kept.</summary>
    Gram,
}
