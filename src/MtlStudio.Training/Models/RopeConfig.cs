using System.Text.Json.Nodes;

namespace MtlStudio.Training.Models;

/// <summary>
/// Rotary position embedding (Su et al. 2021) and its scalings, as <c>rope_parameters</c> (5.x) or <c>rope_theta</c> with
/// <c>rope_scaling</c> (4.x) name them: default, linear, dynamic (NTK by length), llama3, yarn (Peng et al. 2023).
/// </summary>
public sealed record RopeConfig
{
    public static readonly IReadOnlyList<string> Types = ["default", "linear", "dynamic", "llama3", "yarn"];

    public string Type { get; init; } = "default";
    public double Theta { get; init; } = 10000;
    /// <summary>The share of each head's dimensions that turn.</summary>
    public double PartialRotaryFactor { get; init; } = 1;
    public double Factor { get; init; } = 1;
    public double LowFreqFactor { get; init; } = 1;
    public double HighFreqFactor { get; init; } = 4;
    public int OriginalMaxPositionEmbeddings { get; init; }
    public double BetaFast { get; init; } = 32;
    public double BetaSlow { get; init; } = 1;
    public double? AttentionFactor { get; init; }
    public double? Mscale { get; init; }
    public double? MscaleAllDim { get; init; }
    /// <summary>Rounds yarn's ramp to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Reads either spelling; faults go to the reader.</summary>
    internal static RopeConfig Read(ConfigReader config, double defaultTheta, int maxPositions)
    {
        var scaling = config.Object("rope_parameters") ?? config.Object("rope_scaling");
        var theta = scaling?.OptionalDouble("rope_theta", above: 0) ?? config.Double("rope_theta", defaultTheta, above: 0);
        var partial = scaling?.OptionalDouble("partial_rotary_factor", above: 0) ?? config.Double("partial_rotary_factor", 1, above: 0);
        if (scaling is null) return new() { Theta = theta, PartialRotaryFactor = partial, OriginalMaxPositionEmbeddings = maxPositions };
        var key = scaling.Has("rope_type") ? "rope_type" : "type";
        var type = scaling.String(key, "default");
        if (!Types.Contains(type)) scaling.Fault(key, $"\"{type}\" is no known kind of rotary scaling: known are {string.Join(", ", Types)}");
        var needsFactor = type is "linear" or "dynamic" or "llama3" or "yarn";
        return new()
        {
            Type = type, Theta = theta, PartialRotaryFactor = partial,
            Factor = needsFactor ? scaling.RequiredDouble("factor", above: 0) : 1,
            LowFreqFactor = type == "llama3" ? scaling.RequiredDouble("low_freq_factor", above: 0) : 1,
            HighFreqFactor = type == "llama3" ? scaling.RequiredDouble("high_freq_factor", above: 0) : 4,
            OriginalMaxPositionEmbeddings = scaling.OptionalInt("original_max_position_embeddings", min: 1) ?? maxPositions,
            BetaFast = scaling.Double("beta_fast", 32, above: 0),
            BetaSlow = scaling.Double("beta_slow", 1, above: 0),
            AttentionFactor = scaling.OptionalDouble("attention_factor", above: 0),
            Mscale = scaling.OptionalDouble("mscale", above: 0),
            MscaleAllDim = scaling.OptionalDouble("mscale_all_dim", above: 0),
            Truncate = scaling.Bool("truncate", true),
        };
    }

    /// <summary><c>rope_scaling</c> as 4.x writes it (5.x reads it too); null without scaling.</summary>
    internal JsonObject? WriteScaling()
    {
        if (Type == "default") return null;
        var scaling = new JsonObject { ["rope_type"] = Type, ["factor"] = Factor, ["original_max_position_embeddings"] = OriginalMaxPositionEmbeddings };
        if (Type == "llama3") (scaling["low_freq_factor"], scaling["high_freq_factor"]) = (LowFreqFactor, HighFreqFactor);
        if (Type != "yarn") return scaling;
        (scaling["beta_fast"], scaling["beta_slow"], scaling["truncate"]) = (BetaFast, BetaSlow, Truncate);
        if (AttentionFactor is not null) scaling["attention_factor"] = AttentionFactor;
        if (Mscale is not null) scaling["mscale"] = Mscale;
        if (MscaleAllDim is not null) scaling["mscale_all_dim"] = MscaleAllDim;
        return scaling;
    }
}
