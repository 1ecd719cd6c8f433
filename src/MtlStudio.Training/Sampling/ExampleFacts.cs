namespace MtlStudio.Training.Sampling;

/// <summary>What the order of a task's examples depends on beside seed and name; null where it does not.</summary>
public sealed record ExampleFacts
{
    public static ExampleFacts None { get; } = new();

    /// <summary>(n): each example's place from easy (0) to hard.</summary>
    public IReadOnlyList<int>? Ranks { get; init; }
    /// <summary>(n): each example's stratum, from 0.</summary>
    public IReadOnlyList<int>? Strata { get; init; }
    /// <summary>Every stratum is drawn equally often.</summary>
    public bool Balance { get; init; }
    /// <summary>(n): tokens, where examples of like length are drawn together.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }
}
