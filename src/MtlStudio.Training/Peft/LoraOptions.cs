namespace MtlStudio.Training.Peft;

/// <summary>
/// Low-rank adaptation (Hu et al. 2021): ΔW = scaling·B·A beside frozen linear layers; scaling is α/r, or α/√r when
/// rank-stabilized (Kalajdzievski 2023).
/// </summary>
public sealed record LoraOptions
{
    /// <summary>In place of module names: every linear layer but the head.</summary>
    public const string AllLinear = "all-linear";

    public int Rank { get; init; } = 8;
    public double Alpha { get; init; } = 16;
    /// <summary>Share of the adapter's inputs dropped in training, from 0 and below 1.</summary>
    public double Dropout { get; init; }
    /// <summary>A module is adapted where its name is, or ends with a dot and, one of these; <see cref="AllLinear"/> alone means all but the head.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = ["q_proj", "v_proj"];
    /// <summary>Regular expression over whole module names, instead of <see cref="TargetModules"/> (as PEFT's config may hold).</summary>
    public string? TargetPattern { get; init; }
    /// <summary>Only these layers, counted from 0; null: all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }
    public bool RankStabilized { get; init; }
    /// <summary>Other ranks for modules whose name ends with the key (a regular expression); the first that fits counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> RankPattern { get; init; } = [];
    /// <summary>Other α, as <see cref="RankPattern"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];
}
