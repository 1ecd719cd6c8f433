using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>Reads a study's fields one by one, and keeps what is wrong with them.</summary>
/// <param name="known">Every field that it may have.</param>
internal sealed class StudyFields(JsonObject node, IReadOnlyList<string> known)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private readonly List<FieldError> errors =
        [.. node.Select(field => field.Key).Except(known).Select(field => new FieldError(field, $"There is no such field: a study has {string.Join(", ", known)}"))];

    /// <exception cref="InvalidInputException">Not a JSON object.</exception>
    public static JsonObject Parse(string json)
    {
        if (json.Length > RunSpecReader.MaxLength) throw new InvalidInputException("study", $"The study has {json.Length:#,0} characters: at most {RunSpecReader.MaxLength:#,0} are read");
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new InvalidInputException("study", "The study must be a JSON object");
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException("study", $"The study is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}): {exception.Message}");
        }
    }

    public void Fault(string field, string message) => errors.Add(new(field, message));

    public RunSpec Spec()
    {
        if (node["spec"] is not JsonObject given)
        {
            errors.Add(new("spec", "It is missing: give the spec of a run, which the study's runs have in common"));
            return new();
        }
        try
        {
            return RunSpecReader.Read(given);
        }
        catch (InvalidInputException fault)
        {
            errors.AddRange(fault.Errors.Select(error => error with { Field = $"spec.{error.Field}" }));
            return new();
        }
    }

    public T? Value<T>(string field, string wanted)
    {
        try
        {
            return node[field] is { } value ? value.Deserialize<T>(WireJson.Compact) : default;
        }
        catch (JsonException)
        {
            errors.Add(new(field, $"This must be {wanted} (you gave {Short(node[field]!)})"));
            return default;
        }
    }

    public IReadOnlyList<T>? List<T>(string field, string wanted)
    {
        var values = Value<IReadOnlyList<T?>>(field, wanted);
        if (values is null || values.All(value => value is not null)) return values is null ? null : [.. values.Select(value => value!)];
        errors.Add(new(field, $"This must be {wanted} (you gave {Short(node[field]!)})"));
        return null;
    }

    /// <exception cref="InvalidInputException">Something was wrong; every fault by its field.</exception>
    public T Done<T>(T study) => errors.Count > 0 ? throw new InvalidInputException(errors) : study;

    private static string Short(JsonNode value) => value.ToJsonString(WireJson.Compact) is { Length: > 60 } text ? text[..60] + "…" : value.ToJsonString(WireJson.Compact);
}
