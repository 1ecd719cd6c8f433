using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>
/// Spans marked in a text, as records with a start (0 where it is absent), an exclusive end and a label under any of their
/// usual names, nested or not, or as [start, end, label]. Places count code points.
/// </summary>
internal static class SpanRecords
{
    private static readonly string[] Starts = ["start", "startindex", "startchar", "startoffset", "begin", "from"],
        Ends = ["end", "endindex", "endchar", "endoffset", "stop", "to"], Names = ["label", "slot", "type", "tag", "entity", "entitytype", "entitygroup", "category", "name", "class"];

    /// <summary>Whether a cell is a list of records or of lists; an empty list is.</summary>
    public static bool Are(Cell cell) => cell.IsList && cell.Text!.AsSpan(1).TrimStart() is ['{' or '[' or ']', ..];

    /// <summary>B- and I- tags of the words; a word belongs to the first span that it shares a character with.</summary>
    /// <param name="cell">The records; absent: there are none.</param>
    /// <param name="field">What a fault is blamed on.</param>
    public static string[] Tags(Cell cell, string text, IReadOnlyList<WordPlace> words, string field)
    {
        var tags = new string[words.Count];
        Array.Fill(tags, TaggingTemplate.Outside);
        if (cell.IsAbsent) return tags;
        using var list = JsonDocument.Parse(cell.Text!);
        var units = Units(text);
        foreach (var record in list.RootElement.EnumerateArray())
        {
            var (start, end, name) = Read(record);
            if (end is not { } stop || name is null || start < 0 || stop <= start || stop >= units.Count)
                throw new InvalidInputException(field, $"{Shown(record)} is no span of a text of {units.Count - 1} characters: it needs start, end (exclusive) and label");
            var first = true;
            for (var i = 0; i < words.Count; i++)
            {
                if (words[i].End <= units[start] || words[i].Start >= units[stop] || tags[i] != TaggingTemplate.Outside) continue;
                tags[i] = (first ? "B-" : "I-") + name;
                first = false;
            }
        }
        return tags;
    }

    private static (int Start, int? End, string? Name) Read(JsonElement record)
    {
        if (record.ValueKind == JsonValueKind.Array)
            return record.GetArrayLength() == 3 && record[0].TryInt(out var from) && record[1].TryInt(out var to) && record[2].ValueKind == JsonValueKind.String ? (from, to, record[2].GetString()) : (0, null, null);
        var (start, end, name) = (0, (int?)null, (string?)null);
        foreach (var (key, value) in Fields(record))
            if (value.TryInt(out var number))
            {
                if (Starts.Contains(key)) start = number;
                else if (Ends.Contains(key)) end = number;
            }
            else if (name is null && value.ValueKind == JsonValueKind.String && Names.Contains(key)) name = value.GetString();
        return (start, end, name);
    }

    /// <summary>Every field of a record, those of records within after its own; names in small letters only.</summary>
    private static IEnumerable<(string Key, JsonElement Value)> Fields(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) yield break;
        foreach (var field in record.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Object))
            yield return (string.Concat(field.Name.Where(char.IsLetter)).ToLowerInvariant(), field.Value);
        foreach (var field in record.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Object))
            foreach (var inner in Fields(field.Value)) yield return inner;
    }

    private static bool TryInt(this JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    /// <summary>(code points + 1): where each begins in UTF-16 units, and the end.</summary>
    private static List<int> Units(string text)
    {
        var units = new List<int>(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
            if (i == 0 || !char.IsLowSurrogate(text[i]) || !char.IsHighSurrogate(text[i - 1])) units.Add(i);
        units.Add(text.Length);
        return units;
    }

    private static string Shown(JsonElement record) => JsonText.Of(record) is var text && text.Length > 80 ? text[..80] + "…" : JsonText.Of(record);
}
