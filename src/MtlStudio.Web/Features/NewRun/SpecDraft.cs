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
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private JsonObject json = [];
    private RunSpec parent = new();
    /// <summary>The form as it last held.</summary>
    private RunSpec sound = new();
    private string begun = "";

    public SpecDraft(RunSpec spec) => Begin(spec, spec.Name, []);

    /// <summary>A change whose path leads nowhere in the spec is left out.</summary>
    public SpecDraft(FormStart start) => Begin(start.Parent, start.Name, start.Changes);

    /// <summary>The spec, where there is no fault; else null.</summary>
    public RunSpec? Spec { get; private set; }

    /// <summary>Faults by field path; "spec" for a text that is no JSON.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; private set; } = new Dictionary<string, string>();

    /// <summary>The JSON as text; may hold what the user wrote, though it is wrong.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The text's line that is no JSON, from 1; null where it is.</summary>
    public int? BrokenLine { get; private set; }

    /// <summary>True where something was changed since the form was opened.</summary>
    public bool IsChanged => Text != begun;

    public int TaskCount => json["tasks"] is JsonArray tasks ? tasks.Count : 0;

    /// <summary>Takes the text of the JSON editor. Text that is no JSON is kept, and named as a fault; the form then shows what it last could read.</summary>
    public void SetText(string text)
    {
        (Text, BrokenLine) = (text, null);
        try
        {
            json = JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new JsonException("it must be an object");
        }
        catch (JsonException fault)
        {
            BrokenLine = (int)(fault.LineNumber ?? 0) + 1;
            (Spec, Errors) = (null, new Dictionary<string, string> { ["spec"] = $"The text is not valid JSON: {WithoutPlace(fault.Message)}" });
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

    /// <summary>Sets the value at a path, making the objects on the way; null takes the field out, so that its default holds. False where the path leads nowhere.</summary>
    public bool Set(string path, JsonNode? value)
    {
        if (!Put(path, value)) return false;
        Refresh(rewriteText: true);
        return true;
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

    /// <summary>Fields in which the form, as it last held, differs from its preset or parent, but for name, note and tags, which train nothing.</summary>
    public IReadOnlyList<SpecDifference> Differences() =>
        [.. SpecDifferences.Among([parent, sound]).Where(one => one.Field is not ("name" or "note" or "tags"))];

    private void Begin(RunSpec spec, string name, IReadOnlyList<FieldChange> changes)
    {
        (parent, sound) = (spec, spec);
        json = JsonSerializer.SerializeToNode(spec with { Name = name }, WireJson.Compact)!.AsObject();
        foreach (var change in changes.OrderBy(change => change.Path.Contains(".options", StringComparison.Ordinal)))
        {
            // Another method's options mean nothing to the new one.
            if (IsMethodName(change.Path, out var method) && !JsonNode.DeepEquals(Get(change.Path), change.Value)) Put($"{method}.options", null);
            Put(change.Path, change.Value?.DeepClone());
        }
        Refresh(rewriteText: true);
        begun = Text;
    }

    private static bool IsMethodName(string path, out string method)
    {
        method = path.EndsWith(".name", StringComparison.Ordinal) ? path[..^".name".Length] : "";
        var root = method;
        return SpecFields.All.Any(field => field.Name == root && field.Type == ParameterType.Method);
    }

    private bool Put(string path, JsonNode? value)
    {
        var parts = Parts(path).ToArray();
        JsonObject? at = json;
        foreach (var (name, index) in parts[..^1])
        {
            if (at is null) return false;
            at = index >= 0 ? at[name] is JsonArray list && index < list.Count ? list[index] as JsonObject : null
                : at[name] as JsonObject ?? (JsonObject)(at[name] = new JsonObject())!;
        }
        if (at is null || parts[^1].Index >= 0) return false;
        if (value is null) at.Remove(parts[^1].Name);
        else at[parts[^1].Name] = value;
        return true;
    }

    private void Refresh(bool rewriteText)
    {
        if (rewriteText) (Text, BrokenLine) = (json.ToJsonString(WireJson.Indented), null);
        try
        {
            (Spec, Errors) = (RunSpecReader.Read(json), new Dictionary<string, string>());
            sound = Spec;
        }
        catch (InvalidInputException fault)
        {
            Spec = null;
            Errors = fault.Errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => string.Join(" ", group.Select(error => error.Message)));
        }
    }

    // The parser's own words end with a line from 0 and bytes; the page says the line itself.
    private static string WithoutPlace(string message) => message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private static IEnumerable<(string Name, int Index)> Parts(string path)
    {
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[');
            yield return bracket < 0 ? (part, -1) : (part[..bracket], int.TryParse(part[(bracket + 1)..].TrimEnd(']'), out var index) ? index : int.MaxValue);
        }
    }
}
