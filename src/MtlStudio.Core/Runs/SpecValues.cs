using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Core.Runs;

/// <summary>One field of a spec as flat text.</summary>
/// <param name="Field">The path: <c>training.steps</c>, <c>weighting.options.beta</c>, <c>tasks[qa].share</c>. Tasks are called by name, so that equal tasks meet wherever they stand.</param>
/// <param name="Text">A text as it is, else JSON: numbers in their shortest form, lists with brackets.</param>
/// <param name="IsMethodDefault">True for an option of a method that has the catalog's default, given or not.</param>
public sealed record SpecValue(string Field, string Text, bool IsMethodDefault = false);

/// <summary>Lays a spec out flat, with the defaults of its methods' options filled in.</summary>
public static class SpecValues
{
    private static readonly Dictionary<string, MethodKind> Methods = SpecFields.All.Where(field => field.Method is not null).ToDictionary(field => field.Name, field => field.Method!.Value);

    /// <summary>Every field that has a value, in the spec's own order. Name, note, tags and version are left out: they describe no training.</summary>
    public static IReadOnlyList<SpecValue> Of(RunSpec spec)
    {
        var found = new List<SpecValue>();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(spec, WireJson.Compact)!.AsObject())
            if (name is not ("version" or "name" or "note" or "tags")) Add(found, name, value);
        return found;
    }

    /// <summary>The path as <see cref="SpecFields"/> has it: <c>tasks[].share</c> of <c>tasks[qa].share</c>.</summary>
    public static string CatalogPath(string field)
    {
        var (open, close) = (field.IndexOf('['), field.LastIndexOf(']'));
        return open < 0 || close < open ? field : string.Concat(field.AsSpan(0, open + 1), field.AsSpan(close));
    }

    private static void Add(List<SpecValue> found, string path, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields when Methods.TryGetValue(path, out var kind):
                foreach (var (name, field) in fields)
                    if (name == "options") AddOptions(found, path, kind, (string?)fields["name"] ?? "", field as JsonObject ?? []);
                    else Add(found, $"{path}.{name}", field);
                break;
            case JsonObject fields:
                foreach (var (name, field) in fields) Add(found, $"{path}.{name}", field);
                break;
            case JsonArray tasks when path == "tasks":
                foreach (var task in tasks.OfType<JsonObject>())
                    foreach (var (name, field) in task)
                        if (name != "name") Add(found, $"tasks[{(string?)task["name"]}].{name}", field);
                break;
            case not null:
                found.Add(new(path, Text(value)));
                break;
        }
    }

    private static void AddOptions(List<SpecValue> found, string path, MethodKind kind, string method, JsonObject given)
    {
        var known = MethodCatalog.Find(kind, method)?.Parameters ?? [];
        foreach (var parameter in known)
        {
            var standard = JsonSerializer.SerializeToNode(parameter.Default, WireJson.Compact);
            if ((given[parameter.Name] ?? standard) is { } value)
                found.Add(new($"{path}.options.{parameter.Name}", Text(value), standard is not null && Text(value) == Text(standard)));
        }
        foreach (var (name, value) in given)
            if (value is not null && !known.Any(parameter => parameter.Name == name)) found.Add(new($"{path}.options.{name}", Text(value)));
    }

    /// <summary>5, 5.0 and 5e0 are one number, however they were written.</summary>
    private static string Text(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => JsonSerializer.SerializeToElement(value).GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.Array => $"[{string.Join(", ", value.AsArray().Select(item => item is null ? "null" : Text(item)))}]",
        _ => value.ToJsonString(WireJson.Compact),
    };
}
