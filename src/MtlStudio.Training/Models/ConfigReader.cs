using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Models;

/// <summary>
/// Reads fields of a JSON object with their types checked and collects every fault, named by file and field; a field
/// that is absent or null has its default.
/// </summary>
public sealed class ConfigReader(JsonElement root, string path, List<FieldError> faults)
{
    /// <summary>Opens a JSON file that must hold one object.</summary>
    /// <exception cref="InvalidInputException">The file is absent, no JSON or no object.</exception>
    public static ConfigReader Open(string file, List<FieldError> faults)
    {
        var name = Path.GetFileName(file);
        if (!File.Exists(file)) throw new InvalidInputException(name, $"it is not in {Path.GetDirectoryName(Path.GetFullPath(file))}: name a folder in Hugging Face layout");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 64 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidInputException(name, $"it holds a JSON {document.RootElement.ValueKind} and must hold an object: download or export it again");
            return new(document.RootElement.Clone(), name, faults);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(name, $"it is not valid JSON ({e.Message}): download or export it again");
        }
    }

    public IReadOnlyList<FieldError> Faults => faults;

    public void Fault(string field, string message) => faults.Add(new($"{path}:{field}", message));

    public void ThrowIfFaulty()
    {
        if (faults.Count > 0) throw new InvalidInputException([.. faults]);
    }

    public bool Has(string field) => root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public bool IsText(string field) => Has(field) && root.GetProperty(field).ValueKind == JsonValueKind.String;

    /// <summary>True for anything but absent, null, false, an empty list and an empty object.</summary>
    public bool IsOn(string field) => Has(field) && root.GetProperty(field) is var value && value.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    /// <summary>The object as it stands in the file.</summary>
    public JsonObject Json() => JsonObject.Create(root)!;

    public int Int(string field, int fallback, int min = 1) => OptionalInt(field, min) ?? fallback;

    public int? OptionalInt(string field, int min = 1)
    {
        if (!Has(field)) return null;
        var value = root.GetProperty(field);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min) return number;
        Fault(field, $"it must be a whole number from {min} (the file has {value.GetRawText()})");
        return null;
    }

    public double Double(string field, double fallback, double above = double.NegativeInfinity) => OptionalDouble(field, above) ?? fallback;

    public double RequiredDouble(string field, double above)
    {
        if (!Has(field)) Fault(field, "it is missing: this kind of rotary scaling needs it");
        return OptionalDouble(field, above) ?? 1;
    }

    public double? OptionalDouble(string field, double above = double.NegativeInfinity)
    {
        if (!Has(field)) return null;
        var value = root.GetProperty(field);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > above) return number;
        Fault(field, $"it must be a number{(double.IsFinite(above) ? $" above {above}" : "")} (the file has {value.GetRawText()})");
        return null;
    }

    public bool Bool(string field, bool fallback)
    {
        if (!Has(field)) return fallback;
        var value = root.GetProperty(field);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fault(field, $"it must be true or false (the file has {value.GetRawText()})");
        return fallback;
    }

    public string String(string field, string fallback)
    {
        if (!Has(field)) return fallback;
        var value = root.GetProperty(field);
        if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        Fault(field, $"it must be a text (the file has {value.GetRawText()})");
        return fallback;
    }

    /// <summary>A text or a list of texts; empty where absent.</summary>
    public IReadOnlyList<string> Strings(string field) => Items(field, "a text or a list of texts", v => v.ValueKind == JsonValueKind.String ? v.GetString() : null);

    /// <summary>A number or a list of numbers from 0; empty where absent.</summary>
    public IReadOnlyList<long> Ids(string field) =>
        [.. Items<string>(field, "a token id or a list of them", v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out var id) && id >= 0 ? v.GetRawText() : null).Select(long.Parse)];

    /// <summary>An object, or null where absent.</summary>
    public ConfigReader? Object(string field)
    {
        if (!Has(field)) return null;
        var value = root.GetProperty(field);
        if (value.ValueKind == JsonValueKind.Object) return new(value, $"{path}:{field}", faults);
        Fault(field, $"it must be an object (the file has {value.GetRawText()})");
        return null;
    }

    /// <summary>The fields of an object of numbers, as PEFT's rank_pattern; empty where absent.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Numbers(string field)
    {
        if (!Has(field)) return [];
        var value = root.GetProperty(field);
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.Number))
            return [.. value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetDouble()))];
        Fault(field, $"it must be an object of numbers (the file has {value.GetRawText()})");
        return [];
    }

    private List<T> Items<T>(string field, string kind, Func<JsonElement, T?> read) where T : class
    {
        if (!Has(field)) return [];
        var value = root.GetProperty(field);
        var elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        var items = elements.Select(read).ToList();
        if (items.TrueForAll(i => i is not null)) return items!;
        Fault(field, $"it must be {kind} (the file has {value.GetRawText()})");
        return [];
    }
}
