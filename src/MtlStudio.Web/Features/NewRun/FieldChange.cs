using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>One change of a field as an address gives it: <c>set=weighting.name="pcgrad"</c>.</summary>
/// <param name="Value">Null takes the field out, so that its default holds.</param>
public sealed record FieldChange(string Path, JsonNode? Value)
{
    /// <summary>Reads <c>path=JSON</c>; what is no JSON is taken as text, so that <c>weighting.name=pcgrad</c> works too. Null where it names no path.</summary>
    public static FieldChange? Parse(string text)
    {
        var split = text.IndexOf('=');
        if (split < 1) return null;
        var (path, value) = (text[..split].Trim(), text[(split + 1)..].Trim());
        if (path.Length == 0) return null;
        try
        {
            return new(path, JsonNode.Parse(value));
        }
        catch (JsonException)
        {
            return new(path, JsonValue.Create(value));
        }
    }
}
