using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.RunDetail.Spec;

/// <summary>One field that a spec sets otherwise than a new one would.</summary>
/// <param name="Field">The JSON path, as <c>tasks[1].share</c>.</param>
/// <param name="Default">The default's JSON, or null where the default has no such field.</param>
public sealed record SpecDifference(string Field, string Value, string? Default);

/// <summary>Finds what a spec sets otherwise than the defaults: what there is to know of a run beside its name.</summary>
public static class SpecDifferences
{
    public static IReadOnlyList<SpecDifference> Of(RunSpec spec)
    {
        var found = new List<SpecDifference>();
        Compare("", JsonSerializer.SerializeToNode(spec, WireJson.Compact), JsonSerializer.SerializeToNode(new RunSpec(), WireJson.Compact), found);
        return found;
    }

    private static void Compare(string path, JsonNode? value, JsonNode? standard, List<SpecDifference> found)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, field) in fields)
                    if (!(path.Length == 0 && name is "version" or "name")) Compare(path.Length == 0 ? name : $"{path}.{name}", field, (standard as JsonObject)?[name], found);
                break;
            case JsonArray items when path == "tasks":
                var plain = JsonSerializer.SerializeToNode(new TaskSpec(), WireJson.Compact);
                for (var i = 0; i < items.Count; i++) Compare($"{path}[{i}]", items[i], plain, found);
                break;
            default:
                if (!JsonNode.DeepEquals(value, standard) && value is not null) found.Add(new(path, value.ToJsonString(WireJson.Compact), standard?.ToJsonString(WireJson.Compact)));
                break;
        }
    }
}
