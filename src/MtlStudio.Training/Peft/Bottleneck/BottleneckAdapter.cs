using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft.Bottleneck;

/// <summary>Options of <see cref="BottleneckAdapter"/>.</summary>
public sealed record BottleneckOptions
{
    /// <summary>One of <see cref="BottleneckAdapter.Kinds"/>.</summary>
    public string Kind { get; init; } = "serial";
    /// <summary>"attention", "mlp" or both.</summary>
    public IReadOnlyList<string> Places { get; init; } = ["attention", "mlp"];
    public int Width { get; init; } = 16;
    /// <summary>One of <see cref="Activations.Names"/>, or "tanh".</summary>
    public string Activation { get; init; } = "relu";
    public double Scale { get; init; } = 1;
    public IReadOnlyList<int>? Layers { get; init; }
}

/// <summary>
/// Bottleneck adapters with y the output of attention or MLP, x the residual stream that entered it and n = norm(x):
/// serial x + y + s·Up(act(Down(y))) (Houlsby et al. 2019), serial_sum with x + y inside (Pfeiffer et al. 2021), parallel
/// with x inside (He et al. 2022), parallel_norm with n. The folder is a kind of our own: PEFT has none.
/// </summary>
public static class BottleneckAdapter
{
    internal const string PeftType = "BOTTLENECK";

    public static IReadOnlyList<string> Kinds { get; } = ["serial", "serial_sum", "parallel", "parallel_norm"];

    private static readonly string[] KnownPlaces = ["attention", "mlp"];

    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static Adapter Attach(CausalLm model, BottleneckOptions options, long seed)
    {
        var errors = Faults(model, options);
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return Adapter.New(model, Plan(model, options), seed);
    }

    internal static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        var options = new BottleneckOptions
        {
            Kind = config.String("kind", "serial"), Places = config.Strings("places"), Width = config.Int("width", 16), Activation = config.String("activation", "relu"),
            Scale = config.Double("scale", 1), Layers = ModuleChoice.Read(config).Layers,
        };
        foreach (var fault in Faults(source.Model, options)) config.Fault(fault.Field, fault.Message);
        config.ThrowIfFaulty();
        return Plan(source.Model, options);
    }

    private static List<FieldError> Faults(CausalLm model, BottleneckOptions options)
    {
        var errors = new List<FieldError>();
        if (!Kinds.Contains(options.Kind)) errors.Add(new("kind", $"Kind must be one of {string.Join(", ", Kinds)} (you gave \"{options.Kind}\")"));
        if (options.Places.Count == 0 || options.Places.Any(place => !KnownPlaces.Contains(place)))
            errors.Add(new("places", $"Places must be attention, mlp or both (you gave {(options.Places.Count == 0 ? "none" : string.Join(", ", options.Places))})"));
        if (options.Width < 1 || options.Width > model.Config.HiddenSize) errors.Add(new("width", $"Width must be 1 to the model's hidden size {model.Config.HiddenSize} (you gave {options.Width})"));
        if (!BottleneckPart.IsKnown(options.Activation)) errors.Add(new("activation", $"\"{options.Activation}\" is no known activation: known are {string.Join(", ", Activations.Names.Append("tanh"))}"));
        if (!double.IsFinite(options.Scale)) errors.Add(new("scale", $"Scale must be a number (you gave {options.Scale})"));
        foreach (var layer in options.Layers ?? [])
            if (layer < 0 || layer >= model.Config.NumHiddenLayers) errors.Add(new("layers", $"Layer {layer} is not there: the model has layers 0 to {model.Config.NumHiddenLayers - 1}"));
        return errors;
    }

    private static AdapterPlan Plan(CausalLm model, BottleneckOptions options) => new(
        new JsonObject
        {
            ["activation"] = options.Activation, ["kind"] = options.Kind, ["layers_to_transform"] = PeftJson.Layers(options.Layers), ["peft_type"] = PeftType,
            ["places"] = PeftJson.Texts(options.Places), ["scale"] = options.Scale, ["task_type"] = PeftJson.TaskType, ["width"] = options.Width,
        },
        [.. model.Residuals.Where(sum => options.Places.Contains(sum.Place) && (options.Layers?.Contains(sum.Layer) ?? true)).Select(sum => new BottleneckPart(model, sum, options))]);
}
