using System.Text.Json.Nodes;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Weights;

/// <summary>Options of <see cref="LoKr"/>.</summary>
public sealed record LoKrOptions : FactorOptions
{
    /// <summary>How each side of a weight is split in two: near this factor, or near its square root for −1.</summary>
    public int DecomposeFactor { get; init; } = -1;
    /// <summary>Splits the first factor in two as well, where the rank is small enough.</summary>
    public bool DecomposeBoth { get; init; }
}

/// <summary>LoKr (Edalati et al. 2022, as LyCORIS): ΔW = α/r · w1 ⊗ w2 (Kronecker), either factor whole or of rank r.</summary>
public static class LoKr
{
    internal const string PeftType = "LOKR";

    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, LoKrOptions options, long seed)
    {
        if (options.DecomposeFactor is not -1 and < 1) throw new InvalidInputException("decomposeFactor", $"Decompose factor must be -1 or at least 1 (you gave {options.DecomposeFactor})");
        var config = new JsonObject
        {
            ["alpha"] = options.Alpha, ["decompose_both"] = options.DecomposeBoth, ["decompose_factor"] = options.DecomposeFactor, ["inference_mode"] = true, ["init_weights"] = true,
            ["layers_to_transform"] = PeftJson.Layers(options.Layers), ["peft_type"] = PeftType, ["r"] = options.Rank, ["target_modules"] = PeftJson.Modules(options.Choice), ["task_type"] = PeftJson.TaskType,
        };
        return Adapter.New(model, new(config, [.. options.Match(model).Select(layer => new DeltaLinear(layer, new Factors(model, layer, options, options.Rank, options.Alpha / options.Rank)))]), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        foreach (var field in new[] { "modules_to_save", "use_effective_conv2d", "exclude_modules", "use_upstream" }.Where(config.IsOn)) config.Fault(field, "it is set, and a LoKr with it is not supported: save the adapter without it");
        var options = new LoKrOptions { Rank = config.Int("r", 8), Alpha = config.Double("alpha", 8, above: 0), DecomposeFactor = config.OptionalInt("decompose_factor", -1) ?? -1, DecomposeBoth = config.Bool("decompose_both", false) };
        var (ranks, alphas) = (config.Numbers("rank_pattern"), config.Numbers("alpha_pattern"));
        var (linears, _) = ModuleTargets.Match(source.Model, ModuleChoice.Read(config), new FaultList(config));
        return new(config.Json(), [.. linears.Select(layer =>
        {
            var r = (int)(ModuleNames.Pattern(ranks, layer.Name) ?? options.Rank);
            return new DeltaLinear(layer, new Factors(source.Model, layer, options, r, (ModuleNames.Pattern(alphas, layer.Name) ?? options.Alpha) / r));
        })]);
    }

    private sealed class Factors : IWeightDelta
    {
        private readonly CausalLm model;
        private readonly double scaling;
        private readonly int firsts;

        public Factors(CausalLm model, Linear layer, LoKrOptions options, int rank, double scaling)
        {
            (this.model, this.scaling) = (model, scaling);
            var shapes = KroneckerFactors.Of(layer.InFeatures, layer.OutFeatures, rank, options.DecomposeFactor, options.DecomposeBoth);
            Slots = [.. shapes.Select((shape, i) => new ParameterSlot($"{layer.Name}.{shape.Name}", [shape.Rows, shape.Columns], i == 0 ? ParameterStart.Zeros : ParameterStart.Normal))];
            firsts = shapes.Count(shape => shape.Name.StartsWith("lokr_w1", StringComparison.Ordinal));
        }

        public IReadOnlyList<ParameterSlot> Slots { get; }

        /// <summary>As PEFT: w1 (or its first half) zero, the others uniform in ±1/√columns.</summary>
        public void Start(long seed)
        {
            Slots[0].Constant(model, 0);
            foreach (var slot in Slots.Skip(1)) slot.Uniform(model, 1 / Math.Sqrt(slot.Shape[1]), seed);
        }

        public Tensor Delta()
        {
            var first = Factor(0, firsts);
            var second = Factor(firsts, Slots.Count);
            var (a, b, c, d) = (first.shape[0], first.shape[1], second.shape[0], second.shape[1]);
            return first.view(a, 1, b, 1).mul(second.view(1, c, 1, d)).reshape(a * c, b * d).mul(Scalars.Of(scaling));
        }

        private Tensor Factor(int from, int to) => to - from == 1 ? Slots[from].Value : Slots[from].Value.mm(Slots[from + 1].Value);
    }
}
