using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Studies;

/// <summary>Reads a study from JSON text and says everything that is wrong with it at once.</summary>
public static class PolicyStudyReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };
    private static readonly string[] Fields = ["kind", "name", "note", "spec", "policies", "rates", "seeds", "lossWeights", "baselines"];

    /// <summary>The word of the field <c>kind</c>, the only one that there is.</summary>
    public const string Kind = "policies";

    /// <summary>Whether JSON text is meant to be a study and not a run's spec.</summary>
    public static bool IsStudy(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict) is JsonObject node && node["spec"] is JsonObject && node["tasks"] is null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidInputException">Not JSON, or not a valid study; every fault is named, those of the spec as "spec.FIELD".</exception>
    public static PolicyStudy Read(string json)
    {
        if (json.Length > RunSpecReader.MaxLength) throw new InvalidInputException("study", $"The study has {json.Length:#,0} characters: at most {RunSpecReader.MaxLength:#,0} are read");
        try
        {
            return Read(JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new InvalidInputException("study", "The study must be a JSON object"));
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException("study", $"The study is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}): {exception.Message}");
        }
    }

    private static PolicyStudy Read(JsonObject node)
    {
        var errors = node.Select(field => field.Key).Except(Fields).Select(field => new FieldError(field, $"There is no such field: a study has {string.Join(", ", Fields)}")).ToList();
        if (Value<string>("kind", "a text") is { } kind && kind != Kind) errors.Add(new("kind", $"There is no kind of study \"{kind}\": give {Kind}"));
        var spec = new RunSpec();
        if (node["spec"] is JsonObject given)
            try
            {
                spec = RunSpecReader.Read(given);
            }
            catch (InvalidInputException fault)
            {
                errors.AddRange(fault.Errors.Select(error => error with { Field = $"spec.{error.Field}" }));
            }
        else errors.Add(new("spec", "It is missing: give the spec of a run, whose policy, rate and seed the study varies"));
        var study = new PolicyStudy
        {
            Name = Value<string>("name", "a text") ?? spec.Name, Note = Value<string>("note", "a text"), Spec = spec, Policies = List<string>("policies", "a list of policies' names") ?? [],
            Rates = List<double>("rates", "a list of numbers") ?? [], Seeds = Value<int?>("seeds", "a whole number") ?? 1, LossWeights = Value<int?>("lossWeights", "a whole number"), Baselines = Value<bool?>("baselines", "true or false") ?? true,
        };
        return errors.Count > 0 ? throw new InvalidInputException(errors) : study;

        T? Value<T>(string field, string wanted)
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

        IReadOnlyList<T>? List<T>(string field, string wanted)
        {
            var values = Value<IReadOnlyList<T?>>(field, wanted);
            if (values is null || values.All(value => value is not null)) return values is null ? null : [.. values.Select(value => value!)];
            errors.Add(new(field, $"This must be {wanted} (you gave {Short(node[field]!)})"));
            return null;
        }
    }

    private static string Short(JsonNode value) => value.ToJsonString(WireJson.Compact) is { Length: > 60 } text ? text[..60] + "…" : value.ToJsonString(WireJson.Compact);
}
