namespace MtlStudio.Core.Datasets;

/// <summary>A word within a prompt.</summary>
/// <param name="Start">In UTF-16 units.</param>
/// <param name="End">Exclusive.</param>
public readonly record struct WordPlace(int Start, int End);

/// <summary>An example as text.</summary>
/// <param name="Prompt">What the model is given.</param>
/// <param name="Answer">What it is trained to say: the first of <paramref name="References"/>.</param>
/// <param name="References">All answers that are right, for metrics; at least one.</param>
public sealed record RenderedExample(string Prompt, string Answer, IReadOnlyList<string> References)
{
    /// <summary>The texts of a multiple choice; empty for other kinds.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
    /// <summary>What a head shall give: the one label, each of several, or a tag for each of <see cref="Words"/>; empty for kinds without a head.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    /// <summary>The number that a regression shall give; null for other kinds.</summary>
    public double? Value { get; init; }
    /// <summary>Where the words that are tagged stand in the prompt; empty for other kinds.</summary>
    public IReadOnlyList<WordPlace> Words { get; init; } = [];
}
