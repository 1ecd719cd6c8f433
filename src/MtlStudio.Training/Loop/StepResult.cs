namespace MtlStudio.Training.Loop;

/// <summary>What one step did. K is the number of tasks present; lists run over their slots.</summary>
public sealed record StepResult
{
    /// <summary>The step, from 0.</summary>
    public required int Step { get; init; }
    /// <summary>Indices of the tasks present.</summary>
    public required IReadOnlyList<int> Present { get; init; }
    public required IReadOnlyList<int> Tokens { get; init; }
    public required IReadOnlyList<int> Examples { get; init; }
    /// <summary>Mean loss a trained token, nats, whatever the loss mode.</summary>
    public required IReadOnlyList<double> Losses { get; init; }
    /// <summary>What the policy gave each task's loss or gradient.</summary>
    public required IReadOnlyList<double> Coefficients { get; init; }
    /// <summary>(K, K) inner products of the task gradients; null where the gradients share one row.</summary>
    public required double[,]? Gram { get; init; }
    /// <summary>Cosine between two halves of each task's micro-batches; NaN where it had one. Null where nobody looked.</summary>
    public IReadOnlyList<double>? SelfCosines { get; init; }
    /// <summary>(K, K) inner products by layer group, where it was looked at; else null.</summary>
    public IReadOnlyList<(string Group, double[,] Gram)>? Layers { get; init; }
    /// <summary>What a step of one task alone would have done, where it was tried; else null.</summary>
    public StepEffect? Effect { get; init; }
    /// <summary>Norm of the combined gradient before clipping.</summary>
    public required double GradientNorm { get; init; }
    /// <summary>Tasks (indices) whose loss or gradient was not finite; empty nearly always.</summary>
    public IReadOnlyList<int> NonFinite { get; init; } = [];
    /// <summary>False where nothing was stepped.</summary>
    public required bool Stepped { get; init; }
    /// <summary>Examples that go through the model at once since memory ran out for more; null: whole micro-batches.</summary>
    public int? MicroBatchLimit { get; init; }
    /// <summary>Whether memory ran out in this step, so that <see cref="MicroBatchLimit"/> was lowered.</summary>
    public bool Halved { get; init; }
    /// <summary>What the policy says of a degenerate step, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Mean loss over all trained tokens of the step.</summary>
    public double Loss => Losses.Zip(Tokens, (loss, tokens) => loss * tokens).Sum() / Tokens.Sum();
}
