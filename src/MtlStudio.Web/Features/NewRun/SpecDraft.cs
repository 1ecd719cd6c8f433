using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>
/// A spec while it is written: the form and the JSON text beside it are two views of one JSON object, which may be wrong.
/// Every change is checked at once, and every fault stands under its field.
/// </summary>
public sealed class SpecDraft
{
    private JsonObject json = [];
    private JsonObject parent = [];

    public SpecDraft(RunSpec spec) => Reset(spec);

    /// <summary>The spec, where there is no fault; else null.</summary>
    public RunSpec? Spec { get; private set; }

    /// <summary>Faults by field path; "spec" for a text that is no JSON.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; private set; } = new Dictionary<string, string>();

    /// <summary>The JSON as text; may hold what the user wrote, though it is wrong.</summary>
    public string Text { get; private set; } = "";

    public int TaskCount => json["tasks"] is JsonArray tasks ? tasks.Count : 0;

    /// <summary>Begins anew from a preset, a clone or an empty spec.</summary>
    public void Reset(RunSpec spec)
    {
        json = JsonSerializer.SerializeToNode(spec, WireJson.Compact)!.AsObject();
        parent = json.DeepClone().AsObject();
        Refresh(rewriteText: true);
    }

    /// <summary>Takes the text of the JSON editor. Text that is no JSON is kept, and named as a fault.</summary>
    public void SetText(string text)
    {
        Text = text;
        try
        {
            json = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 }) as JsonObject
                ?? throw new JsonException("it must be an object");
        }
        catch (JsonException fault)
        {
            (Spec, Errors) = (null, new Dictionary<string, string> { ["spec"] = $"The text is not valid JSON: {fault.Message}" });
            return;
        }
        Refresh(rewriteText: false);
    }

    /// <summary>The value at a path as <c>tasks[1].template.prompt</c>; null where it is absent.</summary>
    public JsonNode? Get(string path)
    {
        JsonNode? at = json;
        foreach (var (name, index) in Parts(path))
        {
            at = at is JsonObject inner ? inner[name] : null;
            if (index >= 0) at = at is JsonArray list && index < list.Count ? list[index] : null;
        }
        return at;
    }

    /// <summary>Sets the value at a path, making the objects on the way; null takes the field out, so that its default holds.</summary>
    public void Set(string path, JsonNode? value)
    {
        var parts = Parts(path).ToArray();
        JsonObject at = json;
        foreach (var (name, index) in parts[..^1])
        {
            if (index >= 0) at = at[name]!.AsArray()[index]!.AsObject();
            else at = (at[name] as JsonObject) ?? (JsonObject)(at[name] = new JsonObject())!;
        }
        if (value is null) at.Remove(parts[^1].Name);
        else at[parts[^1].Name] = value;
        Refresh(rewriteText: true);
    }

    public void AddTask(TaskSpec task)
    {
        if (json["tasks"] is not JsonArray tasks) json["tasks"] = tasks = [];
        tasks.Add(JsonSerializer.SerializeToNode(task, WireJson.Compact));
        Refresh(rewriteText: true);
    }

    public void RemoveTask(int index)
    {
        json["tasks"]!.AsArray().RemoveAt(index);
        Refresh(rewriteText: true);
    }

    /// <summary>Fields whose value differs from the preset or parent: path, there, here.</summary>
    public IReadOnlyList<(string Path, string Before, string After)> Differences()
    {
        var found = new List<(string, string, string)>();
        Compare(parent, json, "", found);
        return found;
    }

    private static void Compare(JsonNode? before, JsonNode? after, string path, List<(string, string, string)> found)
    {
        if (JsonNode.DeepEquals(before, after)) return;
        if (before is JsonObject a && after is JsonObject b)
            foreach (var name in a.Select(entry => entry.Key).Union(b.Select(entry => entry.Key)))
                Compare(a[name], b[name], path.Length == 0 ? name : $"{path}.{name}", found);
        else if (before is JsonArray x && after is JsonArray y && x.Count == y.Count && x.All(item => item is JsonObject))
            for (var i = 0; i < x.Count; i++) Compare(x[i], y[i], $"{path}[{i}]", found);
        else
            found.Add((path, Short(before), Short(after)));
    }

    private static string Short(JsonNode? node)
    {
        var text = node is null ? "–" : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(WireJson.Compact);
        return text.Length > 60 ? text[..57] + "…" : text;
    }

    private void Refresh(bool rewriteText)
    {
        if (rewriteText) Text = json.ToJsonString(WireJson.Indented);
        try
        {
            (Spec, Errors) = (RunSpecReader.Read(json), new Dictionary<string, string>());
        }
        catch (InvalidInputException fault)
        {
            Spec = null;
            Errors = fault.Errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => string.Join(" ", group.Select(error => error.Message)));
        }
    }

    private static IEnumerable<(string Name, int Index)> Parts(string path)
    {
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[');
            yield return bracket < 0 ? (part, -1) : (part[..bracket], int.Parse(part[(bracket + 1)..^1]));
        }
    }
}
