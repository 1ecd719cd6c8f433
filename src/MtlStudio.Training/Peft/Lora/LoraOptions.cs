using MtlStudio.Core.Estimates;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>Which biases of the model are trained beside an adapter.</summary>
public enum BiasTraining
{
    None,
    /// <summary>Those of the adapted layers.</summary>
    Adapted,
    /// <summary>Every bias of the model, of norms too.</summary>
    All,
}

/// <summary>
/// Low-rank adaptation (Hu et al. 2021): ΔW = scaling·B·A beside frozen linear layers; scaling is α/r, or α/√r when
/// rank-stabilized (Kalajdzievski 2023). With <see cref="Dora"/> the sum is split into direction and magnitude (Liu et al. 2024).
/// </summary>
public sealed record LoraOptions
{
    /// <summary>In place of module names: every linear layer but the head.</summary>
    public const string AllLinear = ModuleChoice.AllLinear;

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
    /// <summary>Trains each adapted layer's magnitude beside its direction.</summary>
    public bool Dora { get; init; }
    /// <summary>Other ranks for modules whose name ends with the key (a regular expression); the first that fits counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> RankPattern { get; init; } = [];
    /// <summary>Other α, as <see cref="RankPattern"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];
    public BiasTraining Bias { get; init; }
    /// <summary>Modules trained whole and saved beside the adapter, by the end of their names.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];
    /// <summary>Rows of the embedding table that are trained (and act on the head where it is tied), by token id.</summary>
    public IReadOnlyList<long> TrainableTokens { get; init; } = [];

    internal ModuleChoice Choice => new() { Modules = TargetModules, Pattern = TargetPattern, Layers = Layers, Tables = true };

    /// <summary>Rank and factor of a module.</summary>
    internal (int Rank, double Scaling) Of(string module)
    {
        var rank = (int)(ModuleNames.Pattern(RankPattern, module) ?? Rank);
        var alpha = ModuleNames.Pattern(AlphaPattern, module) ?? Alpha;
        return (rank, alpha / (RankStabilized ? Math.Sqrt(rank) : rank));
    }
}
