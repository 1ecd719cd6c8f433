using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Models;

/// <summary>Where and how much the model's own values are dropped in training of one task; adapters have a dropout of their own.</summary>
/// <param name="Embedding">Of the embeddings.</param>
/// <param name="Hidden">Of what each attention or MLP block adds to the residual stream.</param>
/// <param name="Attention">Of the attention weights.</param>
public sealed record DropoutRates(double Embedding = 0, double Hidden = 0, double Attention = 0)
{
    public static DropoutRates None { get; } = new();

    /// <summary>The rates of each task of a spec: a task's own hidden dropout takes the run's place.</summary>
    public static IReadOnlyList<DropoutRates> Of(RunSpec spec) =>
        [.. spec.Tasks.Select(task => new DropoutRates(spec.Regularization.EmbeddingDropout, task.Dropout ?? spec.Regularization.HiddenDropout, spec.Regularization.AttentionDropout))];
}
