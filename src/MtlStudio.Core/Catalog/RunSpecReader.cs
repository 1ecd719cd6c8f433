using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>Reads a spec from JSON text and says everything that is wrong with it at once.</summary>
public static class RunSpecReader
{
    /// <summary>Largest spec in characters.</summary>
    public const int MaxLength = 4_000_000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <exception cref="InvalidInputException">Not JSON, or not a valid spec; every fault is named.</exception>
    public static RunSpec Read(string json)
    {
        if (json.Length > MaxLength) throw new InvalidInputException("spec", $"The spec has {json.Length:#,0} characters: at most {MaxLength:#,0} are read");
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException("spec", $"The spec is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}): {exception.Message}");
        }
        return Read(node as JsonObject ?? throw new InvalidInputException("spec", "The spec must be a JSON object"));
    }

    /// <exception cref="InvalidInputException">Not a valid spec; every fault is named.</exception>
    public static RunSpec Read(JsonObject node)
    {
        if (node["version"] is JsonValue version && version.TryGetValue<double>(out var number) && number > RunSpec.CurrentVersion)
            throw new InvalidInputException("version", $"The spec has version {number}, this program reads up to {RunSpec.CurrentVersion}: update MtlStudio");
        var errors = new List<FieldError>();
        SpecSchema.Check(node, errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
        var spec = node.Deserialize<RunSpec>(WireJson.Compact)!;
        RunSpecValidator.CheckAcross(spec, errors);
        return errors.Count > 0 ? throw new InvalidInputException(errors) : spec;
    }

    /// <summary>Reads and validates a spec's file.</summary>
    /// <exception cref="InvalidInputException">No such file, not readable, or not a valid spec.</exception>
    public static RunSpec ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException("spec", $"{path} cannot be read: {exception.Message}");
        }
    }
}
