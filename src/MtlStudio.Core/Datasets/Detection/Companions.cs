using System.Text.Json;
using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Files that come along with data and are none: lists of label names, notes, licences.</summary>
internal static partial class Companions
{
    private const int MostNames = 1_000;
    private const int LongestName = 60;

    public static FormDraft? Of(ReadGroup group, Table table)
    {
        if (table.Columns.Count == 0) return Unread(group);
        if (!group.IsText || group.Files.Count != 1) return null;
        var file = group.Files[0];
        if (Document().IsMatch(file.Name))
            return new FormDraft(TaskForm.Document, Confidence.Likely, [$"{file.Name} is named as a note about data"]) { Name = "note", Later = "It is left out. If it is data, give it another name" };
        var text = table.Columns[0].Profile;
        return ListName().IsMatch(file.Name) && text.Distinct == text.Filled && text.Filled <= MostNames && text.MaxLength <= LongestName
            ? Names(Confidence.Likely, $"{file.Name} is a list of {text.Filled} different names", [.. table.TextsOf(table.Columns[0])])
            : null;
    }

    /// <summary>Files without a single row that was read: the faults stay, and here stands what they are.</summary>
    private static FormDraft Unread(ReadGroup group)
    {
        if (group.Files.Count == 1 && JsonNames(group) is { } names) return Names(Confidence.Sure, $"{group.Files[0].Name} is a JSON list of {names.Count} names", names);
        var fault = group.Faults.FirstOrDefault(fault => fault.Severity == FaultSeverity.Error)?.Message ?? "";
        var squad = group.Files.Any(file => IsSquad(file.File.Path));
        if (fault.Contains("CoNLL", StringComparison.Ordinal))
            return new FormDraft(TaskForm.Tagging, Confidence.Likely, ["CoNLL files hold a word and its tags a line"]) { Name = "tagging", Later = "Write a row for each sentence with its words and its tags as lists (JSON Lines): such rows become a task" };
        return squad || fault.Contains("one JSON object", StringComparison.Ordinal) || fault.Contains("lists or maps", StringComparison.Ordinal)
            ? new FormDraft(TaskForm.Nested, squad ? Confidence.Sure : Confidence.Likely, [squad ? "paragraphs with questions inside them, as SQuAD has them" : "its rows hold records or lists inside"])
            {
                Name = "nested",
                Later = squad
                    ? "SQuAD's nested form comes later. Until then, write one row for each question with the columns context, question and answers (JSON Lines)"
                    : "Records inside records come later. Until then, write flat rows (JSON Lines, one object a line)",
            }
            : new FormDraft(TaskForm.Unknown, Confidence.Guess, ["nothing of it could be read"]) { Name = "data" };
    }

    private static FormDraft Names(Confidence confidence, string reason, IReadOnlyList<string> names) =>
        new(TaskForm.LabelNames, confidence, [reason]) { Name = "labels", LabelNames = names, Later = "It is left out: a list of names is no data to learn from, and none of the other files has labels that it numbers" };

    /// <summary>The names of a JSON list of nothing but strings; null: it is none.</summary>
    private static IReadOnlyList<string>? JsonNames(ReadGroup group)
    {
        if (group.Read is not [{ Format.Format: DataFormat.Json } file] || new FileInfo(file.File.File.Path).Length > MostNames * LongestName) return null;
        try
        {
            using var stream = File.OpenRead(file.File.File.Path);
            using var list = JsonDocument.Parse(stream);
            return list.RootElement.GetArrayLength() > 0 && list.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) ? [.. list.RootElement.EnumerateArray().Select(item => item.GetString()!)] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsSquad(string path)
    {
        if (!File.Exists(path)) return false;
        using var reader = new StreamReader(path);
        var head = new char[4096];
        var text = head.AsSpan(0, reader.ReadBlock(head, 0, head.Length));
        return text.Contains("\"paragraphs\"", StringComparison.Ordinal) && (text.Contains("\"qas\"", StringComparison.Ordinal) || text.Contains("\"context\"", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(^|[/\\])(readme|licen[cs]e|about|notes?|changelog|citation|copying|datasheet)[^/\\]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Document();

    [GeneratedRegex(@"(label|class|categor|intent|topic|tag|name|vocab|occupation)[^/\\]*$", RegexOptions.IgnoreCase)]
    private static partial Regex ListName();
}
