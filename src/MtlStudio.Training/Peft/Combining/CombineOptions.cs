using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Peft.Combining;

/// <summary>How LoRA adapters are made into one; the names are those of PEFT's add_weighted_adapter.</summary>
public sealed record CombineOptions
{
    /// <summary>All ways to combine.</summary>
    public static IReadOnlyList<string> Types { get; } = ["cat", "svd", .. MergeRules.Names, .. MergeRules.Names.Skip(1).Select(name => name + "_svd")];

    /// <summary>
    /// "cat" (exact: Σ wᵢ ΔWᵢ, ranks add up), "svd" (the same, brought to a rank), a rule on ΔW brought to a rank ("ties_svd"), or a rule on the
    /// factors A and B apart, each with √|w · scaling| ("linear", "ties": PEFT's, which is not Σ wᵢ ΔWᵢ).
    /// </summary>
    public string Type { get; init; } = "cat";
    /// <summary>One for each adapter.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];
    /// <summary>The share of elements kept by pruning, TIES and DARE.</summary>
    public double Density { get; init; } = 0.5;
    /// <summary>"total" or "frequency": how TIES elects a sign.</summary>
    public string MajoritySign { get; init; } = "total";
    /// <summary>The rank that svd brings the sum to; null: the largest of the adapters'.</summary>
    public int? Rank { get; init; }
    /// <summary>Of what DARE keeps.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Works on ΔW and not on its factors.</summary>
    internal bool OnProducts => Type.EndsWith("svd", StringComparison.Ordinal);

    /// <summary>The rule, of <see cref="MergeRules.Names"/>.</summary>
    internal string Rule => Type is "svd" or "cat" ? MergeRules.Linear : OnProducts ? Type[..^"_svd".Length] : Type;

    /// <exception cref="InvalidInputException">Every fault, by its option.</exception>
    internal void Check(int adapters)
    {
        var errors = new List<FieldError>();
        if (!Types.Contains(Type)) errors.Add(new("--type", $"\"{Type}\" is no way to combine: choose among {string.Join(", ", Types)}"));
        if (adapters < 1) errors.Add(new("--adapters", "There is no adapter: name at least one folder"));
        if (Weights.Count != adapters) errors.Add(new("--weights", $"There are {Weights.Count} for {adapters} adapters: give one for each"));
        if (Weights.Any(weight => !double.IsFinite(weight) || weight == 0)) errors.Add(new("--weights", "Each must be a finite number other than 0: leave an adapter out that shall not count"));
        if (!(Density is > 0 and <= 1)) errors.Add(new("--density", $"Density must be over 0 and at most 1 (you gave {Density})"));
        if (MajoritySign is not ("total" or "frequency")) errors.Add(new("--majority-sign", $"It must be total or frequency (you gave \"{MajoritySign}\")"));
        if (Rank < 1) errors.Add(new("--rank", $"Rank must be at least 1 (you gave {Rank})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }
}
