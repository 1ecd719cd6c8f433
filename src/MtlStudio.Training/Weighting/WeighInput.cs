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

    /// <summary>(K): mean loss Sₖ/Nₖ of each task; null before it is known.</summary>
    public IReadOnlyList<double>? Losses { get; init; }

    /// <summary>(K, K): inner products of the task gradients over the shared parameters; null where the policy needs none.</summary>
    public double[,]? Gram { get; init; }

    /// <summary>The losses, or an exception that says who forgot them.</summary>
    internal IReadOnlyList<double> NeedLosses() =>
        Losses is { } losses && losses.Count == Tasks.Count
            ? losses
            : throw new InvalidOperationException($"The policy needs {Tasks.Count} task losses, and got {Losses?.Count ?? 0}");

    /// <summary>The Gram matrix, or an exception that says who forgot it.</summary>
    internal double[,] NeedGram() =>
        Gram is { } gram && gram.GetLength(0) == Tasks.Count && gram.GetLength(1) == Tasks.Count
            ? gram
            : throw new InvalidOperationException($"The policy needs a Gram matrix of {Tasks.Count} × {Tasks.Count}");
}
