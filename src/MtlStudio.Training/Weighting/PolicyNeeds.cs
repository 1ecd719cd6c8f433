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
    /// <summary>The task gradients element by element (<see cref="IRowPolicy"/>): whole rows are kept.</summary>
    Rows,
}

/// <summary>What a policy wants of a step beside losses and gradients. Each costs a pass of its own.</summary>
[Flags]
public enum PolicyExtras
{
    None = 0,
    /// <summary>The losses of the same micro-batches after the optimizer's step (<see cref="WeighInput.LossesAfter"/>): a second forward pass.</summary>
    LossesAfter = 1,
    /// <summary>Every task's loss on its policy split, before the step (<see cref="WeighInput.HeldOutLosses"/>): a forward pass for each task.</summary>
    HeldOutLosses = 2,
    /// <summary>Inner products of the task gradients with the policy split's gradient after a look-ahead step
    /// (<see cref="WeighInput.HeldOutProducts"/>): a backward pass for each primary task.</summary>
    HeldOutGradient = 4,
}
