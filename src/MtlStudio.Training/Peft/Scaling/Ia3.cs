using System.Text.Json.Nodes;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Scaling;

/// <summary>Options of <see cref="Ia3"/>.</summary>
public sealed record Ia3Options
{
    public IReadOnlyList<string> TargetModules { get; init; } = ["k_proj", "v_proj", "down_proj"];
    /// <summary>Those of the targets that scale their input; the others scale their output.</summary>
    public IReadOnlyList<string> FeedForward { get; init; } = ["down_proj"];
}

/// <summary>(IA)³ (Liu et al. 2022): learned vectors l scale keys, values and the inner activations: y = l ∘ (W x + b), or W (l ∘ x) + b in the feed-forward.</summary>
public static class Ia3
{
    internal const string PeftType = "IA3";

    /// <exception cref="InvalidInputException">A target fits nothing.</exception>
    public static Adapter Attach(CausalLm model, Ia3Options options)
    {
        var errors = new List<FieldError>();
        var (linears, _) = ModuleTargets.Match(model, new() { Modules = options.TargetModules }, errors);
        foreach (var name in options.FeedForward.Where(name => linears.Count > 0 && !linears.Any(layer => ModuleNames.Ends(layer.Name, name))))
            errors.Add(new("feedForward", $"\"{name}\" is none of the targets ({string.Join(", ", options.TargetModules)}): name it there too, or leave it out here"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Adapter.New(model, Plan(model, options, linears), seed: 0);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        foreach (var field in new[] { "modules_to_save", "exclude_modules" }.Where(config.IsOn)) config.Fault(field, "it is set, and an (IA)³ with it is not supported: save the adapter without it");
        var choice = ModuleChoice.Read(config);
        var (linears, _) = ModuleTargets.Match(source.Model, choice with { Layers = null }, new FaultList(config));
        return Plan(source.Model, new() { TargetModules = choice.Modules, FeedForward = config.Strings("feedforward_modules") }, linears);
    }

    private static AdapterPlan Plan(CausalLm model, Ia3Options options, IReadOnlyList<Linear> linears) => new(
        new JsonObject
        {
            ["fan_in_fan_out"] = linears.Any(layer => layer.IsTransposed), ["feedforward_modules"] = PeftJson.Texts(options.FeedForward), ["inference_mode"] = true, ["init_ia3_weights"] = true, ["modules_to_save"] = null,
            ["peft_type"] = PeftType, ["target_modules"] = PeftJson.Modules(new() { Modules = options.TargetModules }), ["task_type"] = PeftJson.TaskType,
        },
        [.. linears.Select(layer => new Part(model, layer, options.FeedForward.Any(name => ModuleNames.Ends(layer.Name, name))))]);

    private sealed class Part(CausalLm model, Linear layer, bool scalesInput) : IAdapterPart, ILinearAdapter
    {
        private ParameterSlot L { get; } = new($"{layer.Name}.ia3_l", scalesInput ? [1, layer.InFeatures] : [layer.OutFeatures, 1], ParameterStart.Ones);

        public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(L)];

        public void Start(long seed) => L.Constant(model, 1);

        public void PutOn() => LinearPart.PutOn(layer, this);

        public void TakeOff() => LinearPart.TakeOff(layer, this);

        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass) => scalesInput ? layer.Base(x.mul(L.Value)) : layer.Base(x).mul(L.Value.view(-1));

        public void Merge(MergedWeights weights)
        {
            weights[layer.Weight] = weights[layer.Weight].mul(layer.Oriented(L.Value)); // (out, in) by (1, in) or (out, 1)
            if (!scalesInput && layer.Bias is not null) weights[layer.Bias] = weights[layer.Bias].mul(L.Value.view(-1));
        }
    }
}
