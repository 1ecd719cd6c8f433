using System.Text.Json;
using System.Text.RegularExpressions;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>A model that the form offers.</summary>
/// <param name="Reference">How a spec names it.</param>
/// <param name="Architecture">As config.json says it; empty where it does not.</param>
/// <param name="Parameters">0 where the headers of its weights cannot be read.</param>
/// <param name="Licence">As the model card's head says it; null where it says none.</param>
public sealed record ModelEntry(string Reference, string Name, string Architecture, long Parameters, long Bytes, string? Licence)
{
    /// <summary>"LlamaForCausalLM · 870 k parameters · 3.4 MiB · apache-2.0".</summary>
    public string Facts => string.Join(" · ", new[]
    {
        Architecture, Parameters > 0 ? $"{Charts.Format.Count(Parameters)} parameters" : "", Charts.Format.Bytes(Bytes), Licence ?? "",
    }.Where(part => part.Length > 0));

    public bool Matches(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => $"{Name} {Facts}".Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A dataset version that the form offers.</summary>
public sealed record DatasetEntry(string Reference, DatasetManifest Manifest)
{
    public string Name => Manifest.Name;

    public int Train => Manifest.Splits.TryGetValue(SplitNames.Train, out var split) ? split.Rows : 0;

    /// <summary>"3,000 training examples · columns review, label".</summary>
    public string Facts => $"{Charts.Format.Count(Train)} training examples · columns {string.Join(", ", Manifest.Columns)}";

    public bool Matches(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => $"{Name} {Facts}".Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What the form chooses among, read from the data folder.</summary>
public sealed partial record FormLibrary(IReadOnlyList<ModelEntry> Models, IReadOnlyList<DatasetEntry> Datasets)
{
    public static FormLibrary Empty { get; } = new([], []);

    public ModelEntry? Model(string? reference) => Models.FirstOrDefault(model => model.Reference == reference);

    public DatasetEntry? Dataset(string? reference) => Datasets.FirstOrDefault(dataset => dataset.Reference == reference);

    /// <summary>Reads every model's and dataset's manifest.</summary>
    public static FormLibrary Read(DataFolder data) => new(
        [.. ModelImporter.List(data).Select(manifest => Entry(manifest, Path.Combine(data.Models, manifest.Hash)))],
        [.. DatasetVersion.All(data).OrderBy(manifest => manifest.Name, StringComparer.OrdinalIgnoreCase).ThenByDescending(manifest => manifest.CreatedAt).Select(manifest => new DatasetEntry(manifest.Reference, manifest))]);

    private static ModelEntry Entry(ModelManifest manifest, string folder) =>
        new(manifest.Reference, manifest.Name, ArchitectureOf(folder) ?? manifest.ModelType, ParametersOf(folder), manifest.Bytes, LicenceOf(folder));

    private static long ParametersOf(string folder)
    {
        try
        {
            return ModelShapes.Read(folder).Parameters;
        }
        catch (Exception fault) when (fault is InvalidInputException or IOException)
        {
            return 0;
        }
    }

    private static string? ArchitectureOf(string folder)
    {
        try
        {
            using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
            return config.RootElement.TryGetProperty("architectures", out var names) && names is { ValueKind: JsonValueKind.Array } && names.GetArrayLength() > 0 ? names[0].ToString() : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    // The model card's head is YAML between two lines of dashes.
    private static string? LicenceOf(string folder)
    {
        var card = Path.Combine(folder, "README.md");
        if (!File.Exists(card)) return null;
        return File.ReadLines(card).TakeWhile((line, i) => i == 0 ? line == "---" : line != "---").Select(line => Licence().Match(line)).FirstOrDefault(match => match.Success)?.Groups["name"].Value;
    }

    [GeneratedRegex("^licen[cs]e:\\s*[\"']?(?<name>[^\"'#]+?)[\"']?\\s*$")]
    private static partial Regex Licence();
}
