using System.Text.Json;
using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.Runs;
using static TorchSharp.torch;

namespace MtlStudio.Training.Checkpoints;

/// <summary>
/// The weights of a folder in Hugging Face layout: <c>model.safetensors</c>, or shards with
/// <c>model.safetensors.index.json</c>. Shards are files of the folder itself; a name in two shards counts in the one the
/// index names.
/// </summary>
public sealed class CheckpointFolder : IDisposable
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";

    private readonly Dictionary<string, SafetensorsFile> homes = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> files = [];
    private readonly List<string> warnings = [];
    private readonly Dictionary<string, string> unlisted = new(StringComparer.Ordinal);

    private CheckpointFolder(string path) => Path = path;

    public string Path { get; }
    /// <summary>The file that says which tensors there are: the weights themselves, or the index of their shards.</summary>
    public string ContentsFile { get; private set; } = SingleFile;
    /// <summary>Tensors of a shard that the index leaves out, with the shard.</summary>
    public IReadOnlyDictionary<string, string> Unlisted => unlisted;
    public IReadOnlyCollection<string> Names => homes.Keys;
    public IReadOnlyList<string> Warnings => warnings;

    /// <exception cref="InvalidInputException">No weights, or a fault in index, header or shard, named with its cure.</exception>
    public static CheckpointFolder Open(string folder)
    {
        var opened = new CheckpointFolder(folder);
        try
        {
            var single = System.IO.Path.Combine(folder, SingleFile);
            var index = System.IO.Path.Combine(folder, IndexFile);
            if (File.Exists(single)) opened.Add(single);
            else if (File.Exists(index)) opened.AddShards(index);
            else throw NoWeights(folder);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => homes.ContainsKey(name);

    public TensorEntry Entry(string name) => homes[name].Entry(name);

    /// <summary>The file that holds the tensor, for messages.</summary>
    public string FileOf(string name) => System.IO.Path.GetFileName(homes[name].Path);

    /// <summary>The tensor in the file's element type, mapped; the caller disposes it.</summary>
    public Tensor Tensor(string name) => homes[name].Tensor(name);

    private void Add(string path)
    {
        var file = SafetensorsFile.Open(path);
        files.Add(file);
        foreach (var tensor in file.Header.Tensors) homes[tensor.Name] = file;
    }

    private void AddShards(string index)
    {
        ContentsFile = IndexFile;
        var map = ReadIndex(index);
        var shards = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var errors = new List<FieldError>();
        foreach (var shard in map.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var path = System.IO.Path.Combine(Path, shard);
            if (!File.Exists(path))
            {
                errors.Add(new(IndexFile, $"it names {shard}, which is not in the folder: download that file too"));
                continue;
            }
            files.Add(shards[shard] = SafetensorsFile.Open(path));
        }
        foreach (var (name, shard) in map)
            if (shards.TryGetValue(shard, out var file) && !file.Contains(name))
                errors.Add(new(IndexFile, $"it says that {name} is in {shard}, which does not hold it: download index and shards again, of one version"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        foreach (var (name, shard) in map) homes[name] = shards[shard];
        foreach (var (shard, file) in shards)
            foreach (var tensor in file.Header.Tensors)
                if (!map.TryGetValue(tensor.Name, out var home)) unlisted[tensor.Name] = shard;
                else if (home != shard) warnings.Add($"{tensor.Name} is in {shard} too; the index names {home}, and that one counts");
        warnings.AddRange(unlisted.Select(u => $"{u.Key} of {u.Value} is not in the index and is not used"));
    }

    private static SortedDictionary<string, string> ReadIndex(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var weights) || weights.ValueKind != JsonValueKind.Object)
                throw new InvalidInputException(IndexFile, "it has no weight_map object: download it again");
            var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in weights.EnumerateObject())
            {
                var shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
                if (shard.Length == 0 || shard is "." or ".." || shard.AsSpan().IndexOfAny("/\\\0") >= 0)
                    throw new InvalidInputException(IndexFile, $"it names the shard {entry.Value.GetRawText()} for {entry.Name}: a shard must be a file of the same folder");
                map[entry.Name] = shard;
            }
            return map;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(IndexFile, $"it is not valid JSON ({e.Message}): download it again");
        }
    }

    private static InvalidInputException NoWeights(string folder)
    {
        var pickles = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(f => System.IO.Path.GetFileName(f)!)
            .Where(f => f.EndsWith(".bin", StringComparison.Ordinal) || f.EndsWith(".pt", StringComparison.Ordinal) || f.EndsWith(".pth", StringComparison.Ordinal)).Order().ToList() : [];
        return new(SingleFile, pickles.Count > 0
            ? $"the folder holds {pickles[0]} (a Python pickle) and no safetensors: convert it, for instance with save_pretrained(…, safe_serialization=True)"
            : $"neither it nor {IndexFile} is in {System.IO.Path.GetFullPath(folder)}: add the weights");
    }

    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }
}
