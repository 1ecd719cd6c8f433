using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>Holds one JSON value against its descriptor; every fault names field, value and cure.</summary>
public static class ValueCheck
{
    /// <summary>Adds a fault to <paramref name="errors"/> where <paramref name="value"/> is of the wrong type or out of range.</summary>
    public static void Check(ParameterDescriptor field, JsonNode? value, string path, ICollection<FieldError> errors)
    {
        if (value is null)
        {
            if (field.Required) errors.Add(new(path, $"{field.Title} is missing: {field.Help}"));
            else if (field.Default is not null) errors.Add(new(path, $"{field.Title} must not be null: leave it out for the default ({Show(field.Default)})"));
            return;
        }
        switch (field.Type)
        {
            case ParameterType.Integer: CheckNumber(field, value, path, errors, whole: true); break;
            case ParameterType.Number: CheckNumber(field, value, path, errors, whole: false); break;
            case ParameterType.Boolean:
                if (value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)) errors.Add(Wrong(field, value, path, "true or false"));
                break;
            case ParameterType.Text: CheckText(field, value, path, errors); break;
            case ParameterType.Choice:
                if (value.GetValueKind() != JsonValueKind.String || !field.Choices.Contains(value.GetValue<string>()))
                    errors.Add(Wrong(field, value, path, "one of " + string.Join(", ", field.Choices)));
                break;
            case ParameterType.TextList:
                if (value is not JsonArray list || list.Any(item => item?.GetValueKind() != JsonValueKind.String)) errors.Add(Wrong(field, value, path, "a list of texts"));
                else if (list.Count > field.MaxLength) errors.Add(new(path, $"{field.Title} must have at most {field.MaxLength:#,0} entries (you gave {list.Count:#,0})"));
                break;
            case ParameterType.TextMap:
                if (value is not JsonObject map || map.Any(entry => entry.Value?.GetValueKind() != JsonValueKind.String)) errors.Add(Wrong(field, value, path, "an object of texts"));
                else if (map.Count > field.MaxLength) errors.Add(new(path, $"{field.Title} must have at most {field.MaxLength:#,0} entries (you gave {map.Count:#,0})"));
                break;
        }
    }

    private static void CheckNumber(ParameterDescriptor field, JsonNode value, string path, ICollection<FieldError> errors, bool whole)
    {
        var wanted = (whole ? "a whole number" : "a number") + (field.Range is { Length: > 0 } range ? ", " + range : "");
        if (value.GetValueKind() != JsonValueKind.Number || !double.TryParse(value.ToJsonString(), out var number) || !double.IsFinite(number)
            || (whole && number != Math.Floor(number)))
        {
            errors.Add(Wrong(field, value, path, wanted));
            return;
        }
        var low = field.Min is { } min && (field.MinExclusive ? number <= min : number < min);
        var high = field.Max is { } max && (field.MaxExclusive ? number >= max : number > max);
        if (low || high) errors.Add(new(path, $"{field.Title} must be {field.Range} (you gave {Show(value)})"));
    }

    private static void CheckText(ParameterDescriptor field, JsonNode value, string path, ICollection<FieldError> errors)
    {
        if (value.GetValueKind() != JsonValueKind.String) errors.Add(Wrong(field, value, path, "a text"));
        else if (value.GetValue<string>() is var text && field.Required && text.Length == 0) errors.Add(new(path, $"{field.Title} is empty: {field.Help}"));
        else if (text.Length > field.MaxLength) errors.Add(new(path, $"{field.Title} must have at most {field.MaxLength:#,0} characters (you gave {text.Length:#,0})"));
    }

    private static FieldError Wrong(ParameterDescriptor field, JsonNode value, string path, string wanted) =>
        new(path, $"{field.Title} must be {wanted} (you gave {Show(value)})");

    internal static string Show(object? value)
    {
        var text = value switch
        {
            JsonNode node => node.ToJsonString(),
            string word => word,
            null => "nothing",
            System.Collections.IEnumerable list => string.Join(", ", list.Cast<object>()),
            _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
        };
        return text.Length <= 80 ? text : text[..77] + "…";
    }
}
