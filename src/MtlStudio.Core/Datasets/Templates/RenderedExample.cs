namespace MtlStudio.Core.Datasets;

/// <summary>An example as text.</summary>
/// <param name="Prompt">What the model is given.</param>
/// <param name="Answer">What it is trained to say: the first of <paramref name="References"/>.</param>
/// <param name="References">All answers that are right, for metrics; at least one.</param>
public sealed record RenderedExample(string Prompt, string Answer, IReadOnlyList<string> References)
{
    /// <summary>The texts of a multiple choice; empty for other kinds.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}
