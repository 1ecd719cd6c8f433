using System.Text.Json.Nodes;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>Writes a model in Hugging Face layout: config.json, model.safetensors and what belongs to its tokenizer.</summary>
public static class ModelFolder
{
    private static readonly string[] Companions =
    [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>Writes into an existing folder; each file appears whole. Files of the tokenizer are copied from where the model was loaded.</summary>
    /// <param name="model">Whose current values are written, in the type they are kept in.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="replaced">Tensors to write instead of the model's own, by name; one of a tied pair ends the tie in the copy.</param>
    public static void Write(CausalLm model, string folder, IReadOnlyDictionary<string, Tensor>? replaced = null)
    {
        replaced ??= new Dictionary<string, Tensor>();
        var tensors = model.Parameters.Select(s => new NamedTensor(s.Name, replaced.GetValueOrDefault(s.Name) ?? s.Stored)).ToList();
        tensors.AddRange(replaced.Where(r => tensors.TrueForAll(t => t.Name != r.Key)).Select(r => new NamedTensor(r.Key, r.Value)));
        SafetensorsWriter.Write(Path.Combine(folder, CheckpointFolder.SingleFile), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        if (model.Folder is not null) foreach (var name in Companions) Copy(model.Folder, folder, name);
        var config = (JsonObject)model.ConfigJson.DeepClone();
        config["tie_word_embeddings"] = tensors.Count == model.Parameters.Count && model.IsTied;
        config["torch_dtype"] = (tensors.Exists(t => t.Value.dtype == model.MasterType) ? model.MasterType : model.Dtype).ToString().ToLowerInvariant();
        config.Remove("dtype");
        AtomicFile.WriteText(Path.Combine(folder, "config.json"), config.ToJsonString(WireJson.Indented) + "\n");
    }

    private static void Copy(string from, string to, string name)
    {
        var source = Path.Combine(from, name);
        if (!File.Exists(source) || Path.GetFullPath(source) == Path.GetFullPath(Path.Combine(to, name))) return;
        AtomicFile.Write(Path.Combine(to, name), stream =>
        {
            using var file = File.OpenRead(source);
            file.CopyTo(stream);
        });
    }
}
