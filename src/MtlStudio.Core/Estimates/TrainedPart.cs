using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>What of a model is trained.</summary>
public sealed record TrainedPart
{
    /// <summary>P, numbers that are trained.</summary>
    public required long Parameters { get; init; }
    /// <summary>Numbers of the model itself that stay as they are.</summary>
    public required long Frozen { get; init; }
    /// <summary>The first layer that gradients reach; the layers below keep nothing for the backward pass.</summary>
    public required int FirstLayer { get; init; }
    /// <summary>The model's own weights are trained, and not adapters beside them.</summary>
    public required bool IsFull { get; init; }
    /// <summary>Sum of the ranks of all adapters: numbers each token leaves in them.</summary>
    public long Ranks { get; init; }

    /// <param name="peft">A catalog adapter with options.</param>
    /// <param name="model">The model that is trained.</param>
    /// <exception cref="InvalidInputException">Targets or layers fit nothing in the model, or no estimate exists for the method.</exception>
    public static TrainedPart Of(MethodChoice peft, ModelShapes model) => peft.Name switch
    {
        "full" => new() { Parameters = model.Parameters, Frozen = 0, FirstLayer = 0, IsFull = true },
        "lora" => Lora(peft.Options, model),
        _ => throw new InvalidInputException("peft.name", $"There is no estimate for \"{peft.Name}\": choose one of lora, full"),
    };

    private static TrainedPart Lora(IReadOnlyDictionary<string, System.Text.Json.JsonElement> options, ModelShapes model)
    {
        var rank = options.Integer(MethodKind.Peft, "lora", "rank");
        var targets = options.Texts(MethodKind.Peft, "lora", "targets");
        var layers = LayerRange.Parse(options.Text(MethodKind.Peft, "lora", "layers"), model.Layers, "peft.options.layers").ToHashSet();
        var everyLayer = layers.Count == model.Layers;
        var adapted = model.Tensors.Where(tensor => tensor.IsMatrix && IsTarget(tensor, targets)
            && (tensor.Layer is { } layer ? layers.Contains(layer) : everyLayer)).ToList();
        if (adapted.Count == 0)
            throw new InvalidInputException("peft.options.targets", $"{string.Join(", ", targets)} fit no linear layer of the model: there are {string.Join(", ", Modules(model))}");
        return new()
        {
            Parameters = adapted.Sum(tensor => rank * (tensor.Shape[0] + tensor.Shape[1])),
            Frozen = model.Parameters,
            FirstLayer = adapted.Min(tensor => tensor.Layer ?? model.Layers),
            IsFull = false,
            Ranks = (long)rank * adapted.Count,
        };
    }

    private static bool IsTarget(TensorShape tensor, IReadOnlyList<string> targets)
    {
        if (targets is ["all-linear"]) return tensor.Layer is not null;
        var module = tensor.Name[..^".weight".Length];
        return targets.Any(target => module == target || module.EndsWith("." + target, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Modules(ModelShapes model) =>
        model.Tensors.Where(tensor => tensor.IsMatrix && tensor.Layer is not null).Select(tensor => tensor.Name.Split('.')[^2]).Distinct().Order(StringComparer.Ordinal);
}
