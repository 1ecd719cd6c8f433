using System.Text.Json.Nodes;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Weights;

/// <summary>What LoHa and LoKr share.</summary>
public record FactorOptions
{
    public int Rank { get; init; } = 8;
    public double Alpha { get; init; } = 8;
    public IReadOnlyList<string> TargetModules { get; init; } = ["q_proj", "v_proj"];
    public IReadOnlyList<int>? Layers { get; init; }

    internal ModuleChoice Choice => new() { Modules = TargetModules, Layers = Layers };

    internal IReadOnlyList<Linear> Match(CausalLm model)
    {
        var errors = new List<FieldError>();
        if (Rank < 1) errors.Add(new("rank", $"Rank must be at least 1 (you gave {Rank})"));
        if (!double.IsFinite(Alpha) || Alpha <= 0) errors.Add(new("alpha", $"Alpha must be above 0 (you gave {Alpha})"));
        var (linears, _) = ModuleTargets.Match(model, Choice, errors);
        return errors.Count > 0 ? throw new InvalidInputException(errors) : linears;
    }
}

/// <summary>LoHa (Hyeon-Woo et al. 2022, as LyCORIS): ΔW = α/r · (w1a·W1b) ∘ (w2a·W2b), of rank up to r².</summary>
public static class LoHa
{
    internal const string PeftType = "LOHA";

    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, FactorOptions options, long seed)
    {
        var config = new JsonObject
        {
            ["alpha"] = options.Alpha, ["inference_mode"] = true, ["init_weights"] = true, ["layers_to_transform"] = PeftJson.Layers(options.Layers), ["peft_type"] = PeftType,
            ["r"] = options.Rank, ["target_modules"] = PeftJson.Modules(options.Choice), ["task_type"] = PeftJson.TaskType,
        };
        return Adapter.New(model, new(config, [.. options.Match(model).Select(layer => new DeltaLinear(layer, new Factors(model, layer, options.Rank, options.Alpha / options.Rank)))]), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        foreach (var field in new[] { "modules_to_save", "use_effective_conv2d", "exclude_modules" }.Where(config.IsOn)) config.Fault(field, "it is set, and a LoHa with it is not supported: save the adapter without it");
        var (rank, alpha, choice) = (config.Int("r", 8), config.Double("alpha", 8, above: 0), ModuleChoice.Read(config));
        var (ranks, alphas) = (config.Numbers("rank_pattern"), config.Numbers("alpha_pattern"));
        var (linears, _) = ModuleTargets.Match(source.Model, choice, new FaultList(config));
        return new(config.Json(), [.. linears.Select(layer =>
        {
            var r = (int)(ModuleNames.Pattern(ranks, layer.Name) ?? rank);
            return new DeltaLinear(layer, new Factors(source.Model, layer, r, (ModuleNames.Pattern(alphas, layer.Name) ?? alpha) / r));
        })]);
    }

    private sealed class Factors(CausalLm model, Linear layer, int rank, double scaling) : IWeightDelta
    {
        private ParameterSlot W1a { get; } = new($"{layer.Name}.hada_w1_a", [layer.OutFeatures, rank]);
        private ParameterSlot W1b { get; } = new($"{layer.Name}.hada_w1_b", [rank, layer.InFeatures]);
        private ParameterSlot W2a { get; } = new($"{layer.Name}.hada_w2_a", [layer.OutFeatures, rank], ParameterStart.Zeros);
        private ParameterSlot W2b { get; } = new($"{layer.Name}.hada_w2_b", [rank, layer.InFeatures]);

        public IReadOnlyList<ParameterSlot> Slots => [W1a, W1b, W2a, W2b];

        /// <summary>As PEFT: w2a zero, so that the model computes what it did.</summary>
        public void Start(long seed)
        {
            W1a.Normal(model, 0.1, seed);
            W1b.Normal(model, 1, seed);
            W2a.Constant(model, 0);
            W2b.Normal(model, 1, seed);
        }

        public Tensor Delta() => W1a.Value.mm(W1b.Value).mul(W2a.Value.mm(W2b.Value)).mul(Scalars.Of(scaling));
    }
}
