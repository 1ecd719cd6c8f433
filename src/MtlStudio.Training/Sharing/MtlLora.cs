using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Sharing;

/// <summary>Options of <see cref="MtlLora"/>.</summary>
public sealed record MtlLoraOptions : RoutedOptions
{
    /// <summary>Low: a task takes few of the up-projections; high: all alike.</summary>
    public double Temperature { get; init; } = 0.5;
    /// <summary>The mix's tasks; each has a Λ and weights w of its own.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];
}

/// <summary>
/// MTL-LoRA (Yang et al. 2024): ΔW_t = α/r · Σᵢ softmax(w_t/τ)ᵢ Bᵢ Λ_t A. A and the Bᵢ are shared; Λ_t (r, r) and w_t are
/// the task's own, and belong to its private segment.
/// </summary>
public static class MtlLora
{
    internal const string PeftType = "MTL_LORA";

    /// <exception cref="InvalidInputException">An option is out of range or a target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, MtlLoraOptions options, long seed)
    {
        var errors = new List<FieldError>();
        if (!(options.Temperature > 0)) errors.Add(new("temperature", $"Temperature must be above 0 (you gave {options.Temperature})"));
        if (options.Tasks.Count == 0) errors.Add(new("tasks", "There are no tasks: give at least one"));
        return Adapter.New(model, Plan(model, options, options.Match(model, "heads", errors)), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var (shared, config) = (RoutedOptions.Read(source.Config), source.Config);
        var options = new MtlLoraOptions
        {
            Rank = shared.Rank, Alpha = shared.Alpha, Dropout = shared.Dropout, Count = shared.Count, TargetModules = shared.TargetModules, Layers = shared.Layers,
            Temperature = config.Double("temperature", 0.5, above: 0), Tasks = config.Strings("tasks"),
        };
        var (linears, _) = ModuleTargets.Match(source.Model, options.Choice, new FaultList(config));
        return Plan(source.Model, options, linears);
    }

    private static AdapterPlan Plan(CausalLm model, MtlLoraOptions options, IReadOnlyList<Linear> linears)
    {
        var config = options.Config(PeftType);
        (config["temperature"], config["tasks"]) = (options.Temperature, new JsonArray([.. options.Tasks.Select(task => JsonValue.Create(task))]));
        return new(config, [.. linears.Select(layer => new Part(model, layer, options))]) { Tasks = options.Tasks };
    }

    /// <summary>ΔW = scaling · Σᵢ mᵢ Bᵢ Λ A: (out, in).</summary>
    internal static Tensor Delta(Tensor a, Tensor mixed, Tensor transform, double scaling) => mixed.mm(transform).mm(a).mul(Scalars.Of(scaling));

    /// <summary>softmax(w/τ) over the up-projections, mixed: Σᵢ mᵢ Bᵢ: (out, r).</summary>
    internal static Tensor Mixed(Tensor b, Tensor w, double temperature) =>
        b.mul(functional.softmax(w.div(Scalars.Of(temperature)), dim: -1).view(-1, 1, 1)).sum([0L]);

    private sealed class Part(CausalLm model, Linear layer, MtlLoraOptions options) : IAdapterPart, ILinearAdapter
    {
        private ParameterSlot A { get; } = new($"{layer.Name}.mtl_A", [options.Rank, layer.InFeatures]);
        private ParameterSlot B { get; } = new($"{layer.Name}.mtl_B", [options.Count, layer.OutFeatures, options.Rank], ParameterStart.Zeros);
        private readonly Dictionary<string, (ParameterSlot Transform, ParameterSlot Weights)> tasks = options.Tasks.ToDictionary(task => task, task => (
            new ParameterSlot($"{layer.Name}.mtl_lambda.{task}", [options.Rank, options.Rank], ParameterStart.Ones), new ParameterSlot($"{layer.Name}.mtl_weights.{task}", [options.Count], ParameterStart.Zeros)));

        public IReadOnlyList<AdapterTensor> Tensors =>
        [
            AdapterTensor.Of(A), AdapterTensor.Of(B),
            .. tasks.SelectMany(task => new[] { AdapterTensor.Of(task.Value.Transform) with { Task = task.Key }, AdapterTensor.Of(task.Value.Weights) with { Task = task.Key } }),
        ];

        /// <summary>Λ begins at the identity and w even, so that every task begins with the mean of the up-projections.</summary>
        public void Start(long seed)
        {
            A.Uniform(model, 1 / Math.Sqrt(layer.InFeatures), seed);
            B.Constant(model, 0);
            foreach (var (transform, weights) in tasks.Values)
            {
                using var scope = NewDisposeScope();
                transform.Copy(model, eye(options.Rank));
                // Not all zero: equal weights would leave the up-projections equal for ever.
                weights.Normal(model, 0.1, seed);
            }
        }

        public void PutOn() => LinearPart.PutOn(layer, this);

        public void TakeOff() => LinearPart.TakeOff(layer, this);

        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
        {
            var (transform, weights) = Own();
            var read = pass.Dropout is null ? x : pass.Dropout.Apply(x, options.Dropout, layer.Name);
            var low = functional.linear(functional.linear(read, A.Value), transform.Value).mul(Scalars.Of(options.Scaling));
            return layer.Base(x).add(functional.linear(low, Mixed(B.Value, weights.Value, options.Temperature)), Scalars.One);
        }

        public void Merge(MergedWeights weights)
        {
            var (transform, own) = Own();
            weights.Add(layer, Delta(A.Value, Mixed(B.Value, own.Value, options.Temperature), transform.Value, options.Scaling));
        }

        private (ParameterSlot Transform, ParameterSlot Weights) Own() =>
            model.Task is { } task && tasks.TryGetValue(task, out var own) ? own : throw TaskChoice.Missing(model.Task, tasks.Keys);
    }
}
