using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>
/// Makes an example's text of a row: <c>{column}</c> is replaced by the row's value just as it stands (a list by its JSON
/// text, no value by nothing), <c>{{</c> and <c>}}</c> are braces, all else is itself. <c>{column[]}</c> is a list's items
/// with spaces between them; a value that is no list stands as it is.
/// <para>Label words stand for raw values in the answer: a value that has none stays as it is where the answer has several
/// places, and is a fault where the label is the answer's only place.</para>
/// <para>An answer with one place whose value is a list has several references, one an item, in the list's order; the
/// first is trained, metrics take the best of all. A list in text (CSV) is text.</para>
/// </summary>
public sealed class PromptTemplate
{
    private readonly string field;
    private readonly TemplateText prompt;
    private readonly TemplateText answer;
    private readonly IReadOnlyDictionary<string, string> labelWords;

    private PromptTemplate(TemplateSpec spec, string field, List<FieldError> errors)
    {
        this.field = field;
        prompt = TemplateText.Parse(spec.Prompt, $"{field}.prompt", errors);
        answer = TemplateText.Parse(spec.Answer, $"{field}.answer", errors);
        labelWords = spec.LabelWords;
        if (spec.Answer.Length == 0) errors.Add(new($"{field}.answer", "it is empty, so there is nothing to train: write the column that holds the answer, as {answer}"));
    }

    /// <summary>The columns that prompt and answer use, each once.</summary>
    public IReadOnlyList<string> Columns => [.. prompt.Columns.Concat(answer.Columns).Distinct()];

    /// <param name="spec">Prompt, answer and label words.</param>
    /// <param name="field">The template's path in the spec, as <c>tasks[0].template</c>.</param>
    /// <exception cref="InvalidInputException">Braces that don't match, each with its position; an empty answer.</exception>
    public static PromptTemplate Parse(TemplateSpec spec, string field = "template")
    {
        var errors = new List<FieldError>();
        var template = new PromptTemplate(spec, field, errors);
        return errors.Count == 0 ? template : throw new InvalidInputException(errors);
    }

    /// <summary>Faults for the columns that the template names and the data does not have.</summary>
    public IReadOnlyList<FieldError> Check(IReadOnlyList<string> columns) => [.. prompt.Missing(columns), .. answer.Missing(columns)];

    /// <exception cref="InvalidInputException">The row lacks a column, or a label has no words.</exception>
    public RenderedExample Render(Row row)
    {
        var missing = Columns.Any(column => !TryGet(row, column, out _)) ? Check(row.Columns) : [];
        if (missing.Count > 0) throw new InvalidInputException(missing);
        var text = prompt.Render(column => TextOf(row, column));
        var references = References(row);
        return new RenderedExample(text, references[0], references);
    }

    /// <summary>The prompt alone, for rows whose answer is read otherwise.</summary>
    /// <exception cref="InvalidInputException">The row lacks a column.</exception>
    internal string Render(Row row, bool promptOnly) => promptOnly ? Prompt(row, TextOf, out _) : Render(row).Prompt;

    /// <summary>The prompt, and where in it the text of its last place stands.</summary>
    /// <param name="last">The text of the last place, by its column.</param>
    internal string Prompt(Row row, Func<Row, string, string> last, out int start)
    {
        if (prompt.Missing(row.Columns).ToList() is { Count: > 0 } missing) throw new InvalidInputException(missing);
        return prompt.Render(column => TextOf(row, column), column => last(row, column), out start);
    }

    /// <summary>The answer's column, where it has one place only.</summary>
    internal string? AnswerColumn => answer.OnlyColumn is { } place ? TemplateText.ListName(place) ?? place : null;

    /// <summary>The answer for each item of a list, or for each part of a text; none where there is no value.</summary>
    /// <exception cref="InvalidInputException">The row lacks the column, or a label has no words.</exception>
    internal IEnumerable<string> Answers(Row row, string separator)
    {
        if (answer.Missing(row.Columns).ToList() is { Count: > 0 } missing) throw new InvalidInputException(missing);
        row.TryGet(AnswerColumn!, out var cell);
        IEnumerable<string> items = cell.IsAbsent ? [] : cell.IsList ? Items(cell)
            : separator.Length == 0 ? [cell.ToString()] : cell.ToString().Split(separator, StringSplitOptions.TrimEntries);
        return [.. items.Where(item => item.Length > 0).Select(item => answer.Render(_ => Word(item, mustHave: true)))];
    }

    private string[] References(Row row)
    {
        var only = answer.OnlyColumn;
        if (only is null) return [answer.Render(column => Word(TextOf(row, column), mustHave: false))];
        TryGet(row, only, out var cell);
        return [.. (row.TryGet(only, out _) ? Items(cell) : [string.Join(' ', Items(cell))]).Select(item => answer.Render(_ => Word(item, mustHave: true)))];
    }

    /// <summary>The value in a place's own column, or in that of the list whose items it wants.</summary>
    private static bool TryGet(Row row, string place, out Cell cell) =>
        row.TryGet(place, out cell) || (TemplateText.ListName(place) is { } list && row.TryGet(list, out cell));

    private static string TextOf(Row row, string place)
    {
        TryGet(row, place, out var cell);
        return row.TryGet(place, out _) ? cell.ToString() : string.Join(' ', Items(cell));
    }

    /// <summary>The items of a list, or the one value; an empty list is one empty value.</summary>
    internal static List<string> Items(Cell cell)
    {
        if (!cell.IsList) return [cell.ToString()];
        using var list = JsonDocument.Parse(cell.Text!);
        var items = list.RootElement.EnumerateArray()
            .Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : JsonText.Of(item)).ToList();
        return items.Count > 0 ? items : [""];
    }

    private string Word(string raw, bool mustHave)
    {
        if (labelWords.Count == 0) return raw;
        if (labelWords.TryGetValue(raw, out var word)) return word;
        return mustHave
            ? throw new InvalidInputException($"{field}.labelWords", $"the value \"{raw}\" has no words; there are words for {string.Join(", ", labelWords.Keys)}: add it (it may stand for itself)")
            : raw;
    }
}
