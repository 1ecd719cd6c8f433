using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>A place in a JSON file that knows its path, so that every fault names file and field.</summary>
internal readonly record struct JsonPart(JsonElement Element, string File, string Path)
{
    public static JsonPart Root(JsonElement element, string file) => new(element, file, "");

    public bool IsNull => Element.ValueKind == JsonValueKind.Null;

    /// <summary>The member, or null where it is absent or null.</summary>
    public JsonPart? Maybe(string name) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? new(value, File, Path.Length == 0 ? name : $"{Path}.{name}") : null;

    /// <exception cref="InvalidInputException">The member is absent or null.</exception>
    public JsonPart Need(string name) => Maybe(name) ?? throw Fault($"must have the member \"{name}\"");

    public IEnumerable<JsonPart> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array) throw Fault($"must be a list (it is {Kind})");
        var (file, path) = (File, Path);
        return Element.EnumerateArray().Select((item, i) => new JsonPart(item, file, $"{path}[{i}]"));
    }

    public string Text() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Fault($"must be text (it is {Kind})");

    public string? Text(string name) => Maybe(name)?.Text();

    public int Integer() =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) ? value : throw Fault($"must be a whole number (it is {Kind})");

    public double Number() => Element.ValueKind == JsonValueKind.Number ? Element.GetDouble() : throw Fault($"must be a number (it is {Kind})");

    public bool Flag(string name, bool otherwise) => Maybe(name) is not { } part ? otherwise : part.Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw part.Fault($"must be true or false (it is {part.Kind})"),
    };

    /// <param name="message">Goes on from "field ".</param>
    public InvalidInputException Fault(string message) => new(Path.Length == 0 ? File : $"{File}: {Path}", message);

    private string Kind => Element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => Element.GetRawText() is { Length: <= 40 } raw ? raw : Element.GetRawText()[..40] + "…",
    };
}
