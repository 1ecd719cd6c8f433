using System.Text.RegularExpressions;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>Which linear layers a LoRA adapts, with which rank and α; PEFT's rules of naming.</summary>
internal static partial class LoraTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The adapted layers in ordinal order of their names.</summary>
    /// <exception cref="InvalidInputException">A target, a layer number or a number is no good; what would fit is listed.</exception>
    public static IReadOnlyList<LoraTarget> Match(CausalLm model, LoraOptions options)
    {
        var errors = new List<FieldError>();
        if (options.Rank < 1) errors.Add(new("rank", $"Rank must be at least 1 (you gave {options.Rank})"));
        if (!double.IsFinite(options.Alpha) || options.Alpha <= 0) errors.Add(new("alpha", $"Alpha must be above 0 (you gave {options.Alpha})"));
        if (!(options.Dropout is >= 0 and < 1)) errors.Add(new("dropout", $"Dropout must be from 0 and below 1 (you gave {options.Dropout})"));
        foreach (var layer in options.Layers ?? [])
            if (layer < 0 || layer >= model.Config.NumHiddenLayers)
                errors.Add(new("layers", $"Layer {layer} is not there: the model has layers 0 to {model.Config.NumHiddenLayers - 1}"));
        var everything = options.TargetModules is [LoraOptions.AllLinear] && options.TargetPattern is null;
        if (options.TargetPattern is null && !everything)
            foreach (var target in options.TargetModules.Where(t => !model.Linears.Any(l => Ends(l.Name, t))))
                errors.Add(new("targetModules", $"\"{target}\" is no linear layer of this model: there are {Choices(model)}"));
        if (errors.Count > 0) throw new InvalidInputException(errors);

        var chosen = model.Linears.Where(l => (everything ? l != model.Head : IsTarget(l.Name, options)) && InLayers(l.Name, options.Layers))
            .OrderBy(l => l.Name, StringComparer.Ordinal).ToList();
        if (chosen.Count == 0)
            throw new InvalidInputException("targetModules", $"{(options.TargetPattern is null ? string.Join(", ", options.TargetModules) : $"the pattern {options.TargetPattern}")} with these layers fits no linear layer: there are {Choices(model)}, or give \"{LoraOptions.AllLinear}\"");
        return [.. chosen.Select(layer =>
        {
            var rank = (int)(Pattern(options.RankPattern, layer.Name) ?? options.Rank);
            var alpha = Pattern(options.AlphaPattern, layer.Name) ?? options.Alpha;
            return new LoraTarget(layer, rank, alpha / (options.RankStabilized ? Math.Sqrt(rank) : rank));
        })];
    }

    private static bool IsTarget(string name, LoraOptions options) =>
        options.TargetPattern is { } pattern ? Regex.IsMatch(name, $"^(?:{pattern})$", RegexOptions.CultureInvariant, Patience)
        : options.TargetModules.Any(t => Ends(name, t));

    private static bool InLayers(string name, IReadOnlyList<int>? layers) =>
        layers is null || (LayerNumber().Match(name) is { Success: true } match && layers.Contains(int.Parse(match.Groups[1].Value)));

    private static bool Ends(string name, string target) => name == target || name.EndsWith("." + target, StringComparison.Ordinal);

    private static double? Pattern(IReadOnlyList<KeyValuePair<string, double>> patterns, string name)
    {
        foreach (var (key, value) in patterns)
            if (Regex.IsMatch(name, $@"^(?:.*\.)?(?:{key})$", RegexOptions.CultureInvariant, Patience)) return value;
        return null;
    }

    private static string Choices(CausalLm model) =>
        string.Join(", ", model.Linears.Select(l => l.Name[(l.Name.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal));

    // The first number that stands alone between dots: "model.layers.3.mlp.up_proj" is in layer 3.
    [GeneratedRegex(@"\.(\d+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerNumber();
}

/// <summary>One adapted layer.</summary>
internal sealed record LoraTarget(Linear Layer, int Rank, double Scaling);
