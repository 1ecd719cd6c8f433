using MtlStudio.Training.Weighting;

namespace MtlStudio.Trainer.Weigh;

/// <summary>One step as it is given to <c>mtl weigh</c>.</summary>
internal sealed record WeighStep
{
    /// <summary>Indices of the tasks present.</summary>
    public required int[] Present { get; init; }
    public double[]? Losses { get; init; }
    /// <summary>What each task's loss lies above a reference's.</summary>
    public double[]? Excess { get; init; }
    /// <summary>(K, P).</summary>
    public double[][]? Jacobian { get; init; }
    /// <summary>(K, K): given, or of the Jacobian.</summary>
    public double[,]? Gram { get; init; }
    public double[]? LossesAfter { get; init; }
    /// <summary>Of every task of the sequence.</summary>
    public double[]? HeldOutLosses { get; init; }
    /// <summary>(K, K'): inner products of the gradients with each task's held-out gradient.</summary>
    public double[,]? HeldOutProducts { get; init; }
    public double LearningRate { get; init; }
    public PolicyDraws? Draws { get; init; }
}
