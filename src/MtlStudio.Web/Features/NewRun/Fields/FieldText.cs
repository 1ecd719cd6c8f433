using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>A field's value as a user reads and writes it.</summary>
public static class FieldText
{
    public static string Of(JsonNode? value) => value switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(Of)),
        JsonObject map => string.Join("\n", map.Select(entry => $"{entry.Key}: {Of(entry.Value)}")),
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    /// <summary>
    /// What was typed as the field's JSON; null takes the field out, so that its default holds. What cannot be read as the field's
    /// type is given on as text, so that the check names it and nothing typed is lost.
    /// </summary>
    public static JsonNode? Read(ParameterDescriptor field, string? text) => text is null || (text.Length == 0 && field.Type != ParameterType.Text) ? null : field.Type switch
    {
        ParameterType.Integer or ParameterType.Number => Number(text),
        ParameterType.TextList => new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => (JsonNode)JsonValue.Create(item)!)]),
        ParameterType.TextMap => Map(text),
        _ => text.Length == 0 && !field.Required ? null : JsonValue.Create(text),
    };

    /// <summary>A number as JSON, or the text where it is none; null for nothing.</summary>
    public static JsonNode? Number(string text)
    {
        text = text.Trim();
        if (text.Length == 0) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text);
    }

    private static JsonObject Map(string text)
    {
        var map = new JsonObject();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(':', 2) is var pair) map[pair[0].Trim()] = pair.Length > 1 ? pair[1].Trim() : "";
        return map;
    }
}
