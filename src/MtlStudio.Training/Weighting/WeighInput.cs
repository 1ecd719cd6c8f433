namespace MtlStudio.Training.Weighting;

/// <summary>What a policy is given of one step. K is the number of tasks present.</summary>
public sealed record WeighInput
{
    /// <summary>The tasks present in the step, in the spec's order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The step, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>The run's seed: draws are keyed by (seed, "policy", step, …).</summary>
    public required long Seed { get; init; }

    /// <summary>The optimizer's learning rate in this step; 0 where there is no optimizer.</summary>
    public double LearningRate { get; init; }

    /// <summary>(K): mean loss Sₖ/Nₖ of each task; null before it is known.</summary>
    public IReadOnlyList<double>? Losses { get; init; }

    /// <summary>(K): what each task's tokens lie above a reference run's on average, max(ℓ − ℓ_reference, 0) a token; null where there is no reference.</summary>
    public IReadOnlyList<double>? Excess { get; init; }

    /// <summary>(K, K): inner products of the task gradients over the shared parameters; null where the policy needs none.</summary>
    public double[,]? Gram { get; init; }

    /// <summary>(K): the same micro-batches' losses after the step; only in <see cref="IWeightingPolicy.Advance"/>.</summary>
    public IReadOnlyList<double>? LossesAfter { get; init; }

    /// <summary>Each task of the mix and its mean loss on the policy split; null where none was measured in this step.</summary>
    public IReadOnlyDictionary<string, double>? HeldOutLosses { get; init; }

    /// <summary>(K): ⟨gₖ, v⟩ with v = Σ primaryⱼ ∇Lⱼ on the policy split at θ − rate·Jᵀα; only in <see cref="IWeightingPolicy.Advance"/>.</summary>
    public IReadOnlyList<double>? HeldOutProducts { get; init; }

    /// <summary>Draws that stand in for the keyed ones; null in a run.</summary>
    public PolicyDraws? Draws { get; init; }

    /// <summary>The losses, or an exception that says who forgot them.</summary>
    internal IReadOnlyList<double> NeedLosses() =>
        Losses is { } losses && losses.Count == Tasks.Count
            ? losses
            : throw new MissingInputException("losses", $"The policy needs the losses of {Tasks.Count} tasks (it got {Losses?.Count ?? 0})");

    /// <summary>The Gram matrix, or an exception that says who forgot it.</summary>
    internal double[,] NeedGram() =>
        Gram is { } gram && gram.GetLength(0) == Tasks.Count && gram.GetLength(1) == Tasks.Count
            ? gram
            : throw new MissingInputException("gram", $"The policy needs the Gram matrix of {Tasks.Count} task gradients");
}

/// <summary>Random draws given from outside, so that an answer can be compared with a reference's.</summary>
public sealed record PolicyDraws
{
    /// <summary>For each task the order in which it meets the others; its own index is skipped.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Orders { get; init; }
    /// <summary>(K): standard normal numbers.</summary>
    public IReadOnlyList<double>? Normals { get; init; }
    /// <summary>(P): uniform numbers in [0, 1).</summary>
    public IReadOnlyList<double>? Uniforms { get; init; }
}

/// <summary>A policy was not given what it needs.</summary>
/// <param name="field">"losses", "gram" or "jacobian".</param>
public sealed class MissingInputException(string field, string message) : InvalidOperationException(message)
{
    public string Field { get; } = field;
}
