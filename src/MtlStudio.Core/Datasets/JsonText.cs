using System.Text;
using System.Text.Json;

namespace MtlStudio.Core.Datasets;

/// <summary>JSON as compact text in which every character stands as itself but those that JSON must escape (RFC 8259 §7);
/// numbers keep their spelling. Equal values thus have equal text, which content hashes need and readers like.</summary>
internal static class JsonText
{
    /// <exception cref="InvalidOperationException">A string has half a surrogate pair.</exception>
    public static string Of(JsonElement element)
    {
        if (element.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.String)) return element.GetRawText();
        var text = new StringBuilder();
        Append(text, element);
        return text.ToString();
    }

    public static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        var plain = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c >= ' ' && c != '"' && c != '\\') continue;
            text.Append(value, plain, i - plain).Append('\\');
            plain = i + 1;
            _ = c switch
            {
                '"' or '\\' => text.Append(c),
                '\n' => text.Append('n'),
                '\r' => text.Append('r'),
                '\t' => text.Append('t'),
                _ => text.Append($"u{(int)c:x4}"),
            };
        }
        text.Append(value, plain, value.Length - plain).Append('"');
    }

    private static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                AppendString(text, element.GetString()!);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in element.EnumerateArray())
                {
                    if (text[^1] != '[') text.Append(',');
                    Append(text, item);
                }
                text.Append(']');
                break;
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in element.EnumerateObject())
                {
                    if (text[^1] != '{') text.Append(',');
                    AppendString(text, property.Name);
                    text.Append(':');
                    Append(text, property.Value);
                }
                text.Append('}');
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }
}
