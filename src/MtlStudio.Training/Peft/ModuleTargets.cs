using System.Text.RegularExpressions;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>Which modules of a model an adapter is for.</summary>
internal sealed record ModuleChoice
{
    /// <summary>In place of module names: every linear layer but the head.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>A module is meant where its name is, or ends with a dot and, one of these.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];
    /// <summary>Regular expression over whole module names, instead of <see cref="Modules"/>.</summary>
    public string? Pattern { get; init; }
    /// <summary>Only these layers, counted from 0; null: all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }
    /// <summary>Tables of embeddings may be meant too.</summary>
    public bool Tables { get; init; }

    public bool Everything => Pattern is null && Modules is [AllLinear];

    /// <summary>As PEFT's config has it: <c>target_modules</c> and <c>layers_to_transform</c>.</summary>
    public static ModuleChoice Read(ConfigReader config, bool tables = false)
    {
        var modules = config.Strings("target_modules");
        var layers = config.Ids("layers_to_transform");
        return new()
        {
            Modules = modules, Tables = tables,
            Pattern = config.IsText("target_modules") && modules is not [AllLinear] ? modules[0] : null,
            Layers = layers.Count > 0 ? [.. layers.Select(layer => (int)Math.Min(layer, int.MaxValue))] : null,
        };
    }
}

/// <summary>PEFT's rules of naming modules.</summary>
internal static partial class ModuleTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The linear layers and, where asked, tables that are meant, each in ordinal order of their names. What is no good is added to <paramref name="errors"/>, with what would fit.</summary>
    public static (IReadOnlyList<Linear> Linears, IReadOnlyList<TokenEmbedding> Tables) Match(CausalLm model, ModuleChoice choice, ICollection<FieldError> errors)
    {
        var before = errors.Count;
        foreach (var layer in choice.Layers ?? [])
            if (layer < 0 || layer >= model.Config.NumHiddenLayers)
                errors.Add(new("layers", $"Layer {layer} is not there: the model has layers 0 to {model.Config.NumHiddenLayers - 1}"));
        if (choice.Pattern is null && !choice.Everything)
            foreach (var target in choice.Modules.Where(target => !Names(model, choice).Any(name => ModuleNames.Ends(name, target))))
                errors.Add(new("targetModules", $"\"{target}\" is no linear layer of this model: there are {Choices(model, choice)}"));
        if (errors.Count > before) return ([], []);
        var linears = model.Linears.Where(layer => (choice.Everything ? layer != model.Head : IsMeant(layer.Name, choice)) && InLayers(layer.Name, choice.Layers))
            .OrderBy(layer => layer.Name, StringComparer.Ordinal).ToList();
        var tables = !choice.Tables || choice.Everything ? [] : model.Embeddings.Where(table => IsMeant(table.Name, choice) && InLayers(table.Name, choice.Layers)).ToList();
        if (linears.Count + tables.Count == 0)
            errors.Add(new("targetModules", $"{(choice.Pattern is null ? string.Join(", ", choice.Modules) : $"the pattern {choice.Pattern}")} with these layers fits no linear layer: there are {Choices(model, choice)}, or give \"{ModuleChoice.AllLinear}\""));
        return (linears, tables);
    }

    /// <summary>Adds a fault for every key that fits none of the modules.</summary>
    public static void CheckPatterns(string field, IReadOnlyList<KeyValuePair<string, double>> patterns, IReadOnlyCollection<string> modules, ICollection<FieldError> errors)
    {
        foreach (var entry in patterns)
            if (!modules.Any(module => ModuleNames.Pattern([entry], module) is not null))
                errors.Add(new(field, $"\"{entry.Key}\" fits none of the adapted modules: they end with {string.Join(", ", modules.Select(Last).Distinct().Order(StringComparer.Ordinal))}"));
    }

    private static bool IsMeant(string name, ModuleChoice choice) =>
        choice.Pattern is { } pattern ? Regex.IsMatch(name, $"^(?:{pattern})$", RegexOptions.CultureInvariant, Patience)
        : choice.Modules.Any(target => ModuleNames.Ends(name, target));

    /// <summary>The layer that the first number alone between dots names, as 3 of "model.layers.3.mlp.up_proj"; null outside the layers.</summary>
    public static int? LayerOf(string name) => LayerNumber().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].Value) : null;

    private static bool InLayers(string name, IReadOnlyList<int>? layers) => layers is null || (LayerOf(name) is { } layer && layers.Contains(layer));

    private static IEnumerable<string> Names(CausalLm model, ModuleChoice choice) =>
        model.Linears.Select(layer => layer.Name).Concat(choice.Tables ? model.Embeddings.Select(table => table.Name) : []);

    private static string Choices(CausalLm model, ModuleChoice choice) => string.Join(", ", Names(model, choice).Select(Last).Distinct().Order(StringComparer.Ordinal));

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"\.(\d+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerNumber();
}
