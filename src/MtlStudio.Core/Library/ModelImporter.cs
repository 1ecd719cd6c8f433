using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>What a model folder under the data folder says of itself, as <c>mtl-model.json</c>. Additive only.</summary>
public sealed record ModelManifest
{
    public const string FileName = "mtl-model.json";

    public string Name { get; init; } = "";
    /// <summary>SHA-256, 64 hexadecimal digits, over the names and contents of the checkpoint's files.</summary>
    public string Hash { get; init; } = "";
    /// <summary>The family by its Hugging Face name, as "llama".</summary>
    public string ModelType { get; init; } = "";
    public long Bytes { get; init; }
    public IReadOnlyList<string> Files { get; init; } = [];
    /// <summary>UTC, milliseconds since 1970.</summary>
    public long CreatedAt { get; init; }

    /// <summary>How a spec refers to the model.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Reference => DataFolder.HashPrefix + Hash;
}

/// <summary>Copies checkpoint folders (Hugging Face layout) into the data folder, where their content names them.</summary>
public static class ModelImporter
{
    private const string TemporaryPrefix = ".import-";
    private static readonly string[] Wanted = [".json", ".safetensors", ".model", ".txt", ".jinja", ".md", ".bin"];

    /// <summary>Writes <c>models/HASH</c>, whole or not at all. The same content again gives the model that is there already.</summary>
    /// <param name="folder">Holds config.json and *.safetensors; pickled weights (*.pt, pytorch_model*.bin) are not taken.</param>
    /// <param name="name">What lists call it; empty: the folder's name.</param>
    /// <exception cref="InvalidInputException">It is no checkpoint folder, or its weights are damaged.</exception>
    public static ModelManifest Import(string folder, DataFolder data, string name = "", TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        var modelType = ReadModelType(folder);
        var files = FilesOf(folder);
        if (!files.Any(file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
            throw new InvalidInputException("model", $"{folder} has no *.safetensors file: save the weights in that format (save_pretrained does), pickled weights are not read");
        CheckWeights(folder, files);

        Directory.CreateDirectory(data.Models);
        var temporary = Path.Combine(data.Models, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(temporary);
        try
        {
            using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            foreach (var file in files)
            {
                var (hash, length) = Copy(Path.Combine(folder, file), Path.Combine(temporary, file), cancellation);
                all.AppendData(Encoding.UTF8.GetBytes($"{file}\0{hash}\n"));
                bytes += length;
            }
            var manifest = new ModelManifest
            {
                Name = name.Length > 0 ? name : new DirectoryInfo(folder).Name,
                Hash = Convert.ToHexStringLower(all.GetHashAndReset()),
                ModelType = modelType, Bytes = bytes, Files = files,
                CreatedAt = (clock ?? TimeProvider.System).GetUtcNow().ToUnixTimeMilliseconds(),
            };
            var final = Path.Combine(data.Models, manifest.Hash);
            if (Directory.Exists(final)) return ReadManifest(final);
            AtomicFile.WriteText(Path.Combine(temporary, ModelManifest.FileName), JsonSerializer.Serialize(manifest, WireJson.Indented));
            AtomicFile.PublishFolder(temporary, final);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>The manifest of a folder under <see cref="DataFolder.Models"/>.</summary>
    public static ModelManifest ReadManifest(string folder) =>
        JsonSerializer.Deserialize<ModelManifest>(File.ReadAllText(Path.Combine(folder, ModelManifest.FileName)), WireJson.Compact)!;

    /// <summary>Every model of the data folder, by name.</summary>
    public static IReadOnlyList<ModelManifest> List(DataFolder data) => !Directory.Exists(data.Models) ? [] :
    [
        .. Directory.EnumerateDirectories(data.Models).Where(folder => File.Exists(Path.Combine(folder, ModelManifest.FileName)))
            .Select(ReadManifest).OrderBy(manifest => manifest.Name, StringComparer.Ordinal),
    ];

    private static string ReadModelType(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path)) throw new InvalidInputException("model", $"{folder} has no config.json: name a folder in Hugging Face layout (config.json, *.safetensors, tokenizer)");
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))?["model_type"]?.GetValue<string>() ?? "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException("model", $"{path} is not valid JSON: {fault.Message}");
        }
    }

    // Damaged weights are told while their sender looks, and not by the first run that loads them.
    private static void CheckWeights(string folder, IReadOnlyList<string> files)
    {
        var faults = new List<FieldError>();
        foreach (var file in files.Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            try
            {
                SafetensorsHeader.Read(Path.Combine(folder, file));
            }
            catch (InvalidInputException fault)
            {
                faults.AddRange(fault.Errors);
            }
        }
        if (faults.Count > 0) throw new InvalidInputException(faults);
    }

    /// <summary>The names of a folder's files that belong to the model.</summary>
    public static IReadOnlyList<string> FilesOf(string folder) =>
    [
        .. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!)
            .Where(IsWanted).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a file of that name belongs to a model: weights, config, tokenizer, model card.</summary>
    public static bool IsWanted(string file) =>
        Wanted.Contains(Path.GetExtension(file)) && file != ModelManifest.FileName && !file.StartsWith("pytorch_model", StringComparison.Ordinal) && !file.StartsWith('.');

    private static (string Hash, long Length) Copy(string from, string to, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = File.OpenRead(from);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        var buffer = new byte[1 << 20];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }
        target.Flush(flushToDisk: true);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), target.Length);
    }
}
