using System.Text.Json.Nodes;

namespace MtlStudio.Training.Weighting;

/// <summary>A policy's answer for one step.</summary>
/// <param name="Coefficients">(K): the factor of each present task's gradient; always finite.</param>
public sealed record Weighing(double[] Coefficients)
{
    /// <summary>What <see cref="IWeightingPolicy.Advance"/> is given as state, where weighing itself has changed it (with the kept rows of an
    /// <see cref="IRowPolicy"/>); null: the state that was passed in.</summary>
    public JsonObject? State { get; init; }

    /// <summary>Tasks whose loss or gradient is not finite: their coefficient is 0 and the others were combined without them.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>What a reader of the record should know of a degenerate step, as that there is no common descent direction; else null.</summary>
    public string? Note { get; init; }
}
