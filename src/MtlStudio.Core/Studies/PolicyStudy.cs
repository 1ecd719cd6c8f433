using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>
/// All weighting policies on one mix: the same grid of rates for each, tuned fixed loss weights among them, the same seeds, with single-task
/// baselines. Policies scale their gradients differently, so that one rate for all would favor some; and a policy is only worth something
/// beyond fixed loss weights that were tuned as hard (Xin et al. 2022; Kurin et al. 2022).
/// </summary>
public sealed record PolicyStudy
{
    /// <summary>Most joint runs of one study.</summary>
    public const int MostRuns = 1000;
    public const int MostRates = 20;
    public const int MostLossWeights = 50;

    public string Name { get; init; } = "";
    public string? Note { get; init; }
    /// <summary>What all runs have in common; its policy, rate and seed are varied.</summary>
    public RunSpec Spec { get; init; } = new();
    /// <summary>Catalog names; empty: all policies that the spec bears.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];
    /// <summary>Peak learning rates; empty: the spec's own.</summary>
    public IReadOnlyList<double> Rates { get; init; } = [];
    /// <summary>Seeds from the spec's own on.</summary>
    public int Seeds { get; init; } = 1;
    /// <summary>Sets of fixed loss weights that are tried beside those of the spec; null: one a task, at most 8.</summary>
    public int? LossWeights { get; init; }
    /// <summary>The single-task baselines of every run, too; equal ones are shared.</summary>
    public bool Baselines { get; init; } = true;
}
