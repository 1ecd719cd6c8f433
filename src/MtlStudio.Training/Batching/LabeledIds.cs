using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Batching;

/// <summary>
/// One training example as tokens. Labels are not shifted: token t is learned from the tokens before it where
/// <c>Labels[t]</c> is a token and not <see cref="Masked"/>; the first token has nothing before it and never counts.
/// </summary>
/// <param name="Ids">The tokens, prompt and answer.</param>
/// <param name="Labels">As many: the token itself where it is trained, else <see cref="Masked"/>.</param>
public sealed record LabeledIds(int[] Ids, int[] Labels)
{
    public const int Masked = (int)LabelPositions.Ignored;

    private readonly int trained = Labels.Skip(1).Count(label => label != Masked);

    /// <summary>What the task's head is asked instead of the next tokens; null: it has none.</summary>
    public HeadTargets? Head { get; init; }

    /// <summary>The loss of each trained token (or answer) under a reference run, in their order; null: there is none.</summary>
    public float[]? Reference { get; init; }

    /// <summary>What counts for the loss: trained tokens (labels that have a token before them), or answers of a head.</summary>
    public int Tokens => Head?.Known ?? trained;

    /// <summary>An example of a head: no token of it is learned.</summary>
    public static LabeledIds ForHead(int[] ids, HeadTargets targets) => new(ids, [.. ids.Select(_ => Masked)]) { Head = targets };

    /// <summary>Everything after the first <paramref name="prompt"/> tokens is trained.</summary>
    public static LabeledIds AfterPrompt(IReadOnlyList<int> ids, int prompt) =>
        new([.. ids], [.. ids.Select((id, t) => t < prompt ? Masked : id)]);
}
