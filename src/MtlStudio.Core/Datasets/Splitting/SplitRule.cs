namespace MtlStudio.Core.Datasets;

/// <summary>How the rows of files that are of no given split are divided: by example, at random, repeatably.</summary>
public sealed record SplitRule
{
    /// <summary>Share of the rows, 0 to below 1.</summary>
    public double Validation { get; init; } = 0.1;
    /// <summary>Share of the rows, 0 to below 1; together with <see cref="Validation"/> below 1.</summary>
    public double Test { get; init; } = 0.1;
    public long Seed { get; init; } = 1;
    /// <summary>A column whose values shall have the same shares in every split, as far as whole rows allow.</summary>
    public string? StratifyBy { get; init; }
}
