using System.Text.Json;
using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>What a checkpoint folder says of its model's size: the shapes of all parameters, and the dimensions of its config.json.</summary>
public sealed record ModelShapes
{
    public required IReadOnlyList<TensorShape> Tensors { get; init; }
    public required int Hidden { get; init; }
    /// <summary>Width of the MLP.</summary>
    public required int Intermediate { get; init; }
    public required int Layers { get; init; }
    /// <summary>Width of all query heads together.</summary>
    public required int Queries { get; init; }
    public required int Vocabulary { get; init; }
    /// <summary>Width of all key heads together, and of all value heads.</summary>
    public int KeyWidth { get; init; }
    /// <summary>The name of the embedding table's tensor.</summary>
    public string Embedding => Tensors.FirstOrDefault(tensor => tensor is { IsMatrix: true, Layer: null } && tensor.Shape[0] == Vocabulary && tensor.Name != Head)?.Name ?? "";
    /// <summary>The name of the head's tensor; a model whose head is tied has none.</summary>
    public string Head => Tensors.FirstOrDefault(tensor => tensor.Name is "lm_head.weight" or "embed_out.weight")?.Name ?? "";

    public long Parameters => Tensors.Sum(tensor => tensor.Elements);

    /// <summary>Reads config.json and the headers of the weights in Hugging Face layout.</summary>
    /// <exception cref="InvalidInputException">Something is missing or unreadable, with the file and field.</exception>
    public static ModelShapes Read(string folder)
    {
        using var config = Json(folder, "config.json");
        var root = config.RootElement;
        var hidden = Number(root, "hidden_size", "n_embd", "d_model");
        var heads = Number(root, "num_attention_heads", "n_head");
        var tied = root.TryGetProperty("tie_word_embeddings", out var tie) && tie.ValueKind == JsonValueKind.True;
        var model = new ModelShapes
        {
            Tensors = [],
            Hidden = hidden,
            Intermediate = Optional(root, "intermediate_size", "n_inner") ?? 4 * hidden,
            Layers = Number(root, "num_hidden_layers", "n_layer"),
            Queries = (Optional(root, "head_dim") ?? hidden / heads) * heads,
            Vocabulary = Number(root, "vocab_size"),
            KeyWidth = (Optional(root, "head_dim") ?? hidden / heads) * (Optional(root, "num_key_value_heads") ?? heads),
        };
        return model with
        {
            Tensors = [.. Files(folder).SelectMany(file => SafetensorsHeader.Read(file).Tensors).Select(entry => new TensorShape(entry.Name, entry.Shape)).DistinctBy(tensor => tensor.Name).Where(tensor => IsParameter(tensor.Name, tied))],
        };
    }

    /// <summary>Not buffers that follow from the config, nor the copy of a tied head.</summary>
    private static bool IsParameter(string name, bool tied) =>
        !name.EndsWith(".inv_freq", StringComparison.Ordinal) && !(tied && name == "lm_head.weight");

    private static List<string> Files(string folder)
    {
        var single = Path.Combine(folder, "model.safetensors");
        if (File.Exists(single)) return [single];
        using var index = Json(folder, "model.safetensors.index.json");
        if (!index.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            throw new InvalidInputException("model.safetensors.index.json", "it has no weight_map: download it again");
        var files = map.EnumerateObject().Select(entry => Path.GetFileName(entry.Value.ToString())).Distinct().Select(name => Path.Combine(folder, name)).ToList();
        return files.FirstOrDefault(file => !File.Exists(file)) is { } missing
            ? throw new InvalidInputException(Path.GetFileName(missing), $"it is not in {folder}, though the index names it: download it too")
            : files;
    }

    private static JsonDocument Json(string folder, string name)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, name)));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(name, $"it is not in {folder}: name a folder in Hugging Face layout with safetensors weights");
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(name, $"it is no valid JSON ({fault.Message}): download it again");
        }
    }

    private static int Number(JsonElement root, params string[] names) => Optional(root, names)
        ?? throw new InvalidInputException("config.json", $"it has no whole number {names[0]} of at least 1: give the config.json that belongs to the weights");

    private static int? Optional(JsonElement root, params string[] names)
    {
        foreach (var name in names)
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1) return number;
        return null;
    }
}
