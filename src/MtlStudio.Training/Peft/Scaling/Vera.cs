using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Scaling;

/// <summary>Options of <see cref="Vera"/>; defaults are PEFT's.</summary>
public sealed record VeraOptions
{
    public int Rank { get; init; } = 256;
    /// <summary>Where every d begins.</summary>
    public double Start { get; init; } = 0.1;
    public double Dropout { get; init; }
    /// <summary>Seed of the shared random matrices.</summary>
    public long ProjectionSeed { get; init; }
    public IReadOnlyList<string> TargetModules { get; init; } = ["q_proj", "v_proj"];
    public IReadOnlyList<int>? Layers { get; init; }
}

/// <summary>
/// VeRA (Kopiczko et al. 2024): y = W x + b ∘ (B (d ∘ (A x))); A and B are random, frozen and shared by all layers, cut to
/// each layer's sizes; the vectors b and d are trained.
/// </summary>
public static class Vera
{
    internal const string PeftType = "VERA";

    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, VeraOptions options, long seed)
    {
        var errors = new List<FieldError>();
        if (options.Rank < 1) errors.Add(new("rank", $"Rank must be at least 1 (you gave {options.Rank})"));
        if (!(options.Dropout is >= 0 and < 1)) errors.Add(new("dropout", $"Dropout must be from 0 and below 1 (you gave {options.Dropout})"));
        var (linears, _) = ModuleTargets.Match(model, new() { Modules = options.TargetModules, Layers = options.Layers }, errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Adapter.New(model, Plan(model, options, linears), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        if (!config.Bool("save_projection", true)) config.Fault("save_projection", "the shared matrices are not in the folder: save the adapter with save_projection true");
        foreach (var field in new[] { "modules_to_save", "exclude_modules" }.Where(config.IsOn)) config.Fault(field, "it is set, and a VeRA with it is not supported: save the adapter without it");
        if (config.String("bias", "none") is var bias and not "none") config.Fault("bias", $"\"{bias}\" is not supported with VeRA: only \"none\" is");
        var choice = ModuleChoice.Read(config);
        var (linears, _) = ModuleTargets.Match(source.Model, choice, new FaultList(config));
        var options = new VeraOptions
        {
            Rank = config.Int("r", 256), Start = config.Double("d_initial", 0.1), Dropout = config.Double("vera_dropout", 0),
            ProjectionSeed = config.OptionalInt("projection_prng_key", 0) ?? 0, TargetModules = choice.Modules, Layers = choice.Layers,
        };
        config.ThrowIfFaulty();
        return Plan(source.Model, options, linears);
    }

    private static AdapterPlan Plan(CausalLm model, VeraOptions options, IReadOnlyList<Linear> linears)
    {
        var shared = new Projections(model, options, linears.Max(layer => layer.InFeatures), linears.Max(layer => layer.OutFeatures));
        var config = new JsonObject
        {
            ["bias"] = "none", ["d_initial"] = options.Start, ["inference_mode"] = true, ["init_weights"] = true, ["layers_to_transform"] = PeftJson.Layers(options.Layers), ["peft_type"] = PeftType,
            ["projection_prng_key"] = options.ProjectionSeed, ["r"] = options.Rank, ["save_projection"] = true,
            ["target_modules"] = PeftJson.Modules(new() { Modules = options.TargetModules }), ["task_type"] = PeftJson.TaskType, ["vera_dropout"] = options.Dropout,
        };
        return new(config, [shared, .. linears.Select(layer => new Part(model, layer, shared, options))]);
    }

    /// <summary>The random matrices A (r, widest input) and B (widest output, r).</summary>
    private sealed class Projections(CausalLm model, VeraOptions options, long inputs, long outputs) : IAdapterPart
    {
        public ParameterSlot A { get; } = new("vera_A", [options.Rank, inputs]);
        public ParameterSlot B { get; } = new("vera_B", [outputs, options.Rank]);
        public IReadOnlyList<AdapterTensor> Tensors => [new("base_model.vera_A", A, IsTrained: false), new("base_model.vera_B", B, IsTrained: false)];

        /// <summary>Kaiming uniform over the inputs with gain √2, both from one generator, A first, as PEFT draws them.</summary>
        public void Start(long seed)
        {
            using var generator = new Generator((ulong)options.ProjectionSeed);
            foreach (var slot in new[] { A, B })
            {
                using var scope = NewDisposeScope();
                var bound = Math.Sqrt(6.0 / slot.Shape[1]);
                slot.ComputeIn(model.Dtype).Own(empty([.. slot.Shape], ScalarType.Float32).uniform_(-bound, bound, generator).to(model.MasterType, model.Device));
            }
        }

        public void PutOn() { }

        public void TakeOff() { }

        public void Merge(MergedWeights weights) { }
    }

    private sealed class Part(CausalLm model, Linear layer, Projections shared, VeraOptions options) : IAdapterPart, ILinearAdapter
    {
        private ParameterSlot B { get; } = new($"{layer.Name}.vera_lambda_b", [layer.OutFeatures], ParameterStart.Zeros);
        private ParameterSlot D { get; } = new($"{layer.Name}.vera_lambda_d", [options.Rank], ParameterStart.Ones);

        public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(B), AdapterTensor.Of(D)];

        public void Start(long seed)
        {
            B.Constant(model, 0);
            D.Constant(model, options.Start);
        }

        public void PutOn() => LinearPart.PutOn(layer, this);

        public void TakeOff() => LinearPart.TakeOff(layer, this);

        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
        {
            var input = pass.Dropout is null ? x : pass.Dropout.Apply(x, options.Dropout, layer.Name);
            var low = functional.linear(input, Random(shared.A, 1, layer.InFeatures)).mul(D.Value); // (tokens, r)
            return layer.Base(x).add(functional.linear(low, Random(shared.B, 0, layer.OutFeatures)).mul(B.Value), Scalars.One);
        }

        public void Merge(MergedWeights weights) => weights.Add(layer, B.Value.unsqueeze(1).mul(Random(shared.B, 0, layer.OutFeatures)).mm(D.Value.unsqueeze(1).mul(Random(shared.A, 1, layer.InFeatures))));

        // The layer's own part of a shared matrix.
        private static Tensor Random(ParameterSlot matrix, int dimension, long size) => matrix.Value.narrow(dimension, 0, size);
    }
}
