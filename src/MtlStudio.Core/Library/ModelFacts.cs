using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>What a checkpoint folder tells of its model without loading it.</summary>
public sealed record ModelFacts
{
    /// <summary>As config.json says it: "LlamaForCausalLM"; else the family.</summary>
    public string Architecture { get; init; } = "";
    /// <summary>The family by its Hugging Face name, as "llama".</summary>
    public string ModelType { get; init; } = "";
    /// <summary>0 where the weights' headers cannot be read; then <see cref="Fault"/> says why.</summary>
    public long Parameters { get; init; }
    public int Layers { get; init; }
    public int Hidden { get; init; }
    public int Vocabulary { get; init; }
    /// <summary>Tokens it was made to attend to; 0 where the config does not say.</summary>
    public int ContextLength { get; init; }
    /// <summary>As the model card's front matter says it: "apache-2.0"; null where it does not.</summary>
    public string? Licence { get; init; }
    public long Bytes { get; init; }
    public IReadOnlyList<string> Files { get; init; } = [];
    /// <summary>Why the model cannot be trained as it lies there, or null.</summary>
    public string? Fault { get; init; }

    /// <summary>Reads config.json, the model card and the headers of the weights.</summary>
    public static ModelFacts Read(string folder, ModelManifest manifest)
    {
        var config = Config(folder);
        var facts = new ModelFacts
        {
            Architecture = config?["architectures"] is JsonArray { Count: > 0 } names ? names[0]?.ToString() ?? manifest.ModelType : manifest.ModelType,
            ModelType = manifest.ModelType,
            ContextLength = Whole(config, "max_position_embeddings") ?? Whole(config, "n_positions") ?? 0,
            Licence = ReadModelCard.Licence(folder),
            Bytes = manifest.Bytes,
            Files = manifest.Files,
        };
        try
        {
            var shapes = ModelShapes.Read(folder);
            return facts with { Parameters = shapes.Parameters, Layers = shapes.Layers, Hidden = shapes.Hidden, Vocabulary = shapes.Vocabulary };
        }
        catch (InvalidInputException fault)
        {
            return facts with { Fault = string.Join("; ", fault.Errors) };
        }
    }

    private static JsonObject? Config(string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json"))) as JsonObject;
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null;
        }
    }

    private static int? Whole(JsonObject? config, string name) => config?[name] is JsonValue value && value.TryGetValue<int>(out var number) && number > 0 ? number : null;
}
