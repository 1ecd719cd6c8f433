using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>
/// Makes a tagger's example of a row: the words of the prompt's last place, and a tag for each. The words are a list's items, or
/// those of a text; the tags are a list of as many, a text with spaces between them, or records of spans in the text
/// (<see cref="SpanRecords"/>), which become B- and I- tags.
/// </summary>
public sealed class TaggingTemplate
{
    /// <summary>The tag of a word that is no part of anything.</summary>
    public const string Outside = "O";

    private readonly PromptTemplate template;
    private readonly IReadOnlyDictionary<string, string> tagWords;
    private readonly string field;

    private TaggingTemplate(TaskSpec task, string field) =>
        (template, tagWords, this.field) = (PromptTemplate.Parse(task.Template, field), task.Template.LabelWords, field);

    /// <param name="field">The template's path, as <c>tasks[0].template</c>.</param>
    /// <exception cref="InvalidInputException">Braces that don't match, or an empty answer.</exception>
    public static TaggingTemplate Parse(TaskSpec task, string field) => new(task, field);

    /// <summary>Faults for the columns that are named and not there.</summary>
    public IReadOnlyList<FieldError> Check(IReadOnlyList<string> columns) => template.Check(columns);

    /// <exception cref="InvalidInputException">The row lacks a column, or has not a tag for each word.</exception>
    public RenderedExample Render(Row row)
    {
        if (template.AnswerColumn is not { } column || template.Check(row.Columns) is { Count: > 0 })
            throw new InvalidInputException(template.Check(row.Columns) is { Count: > 0 } missing ? missing : [new($"{field}.answer", "the answer must hold one {column}, that of the tags")]);
        row.TryGet(column, out var tagCell);
        Cell words = default;
        var prompt = template.Prompt(row, (from, place) =>
        {
            from.TryGet(TemplateText.ListName(place) is { } list && !from.TryGet(place, out _) ? list : place, out words);
            return TextOf(words);
        }, out var start);
        if (start < 0) throw new InvalidInputException($"{field}.prompt", "it has no {column}: the words of its last one are tagged");
        var records = tagCell.IsAbsent || SpanRecords.Are(tagCell);
        IReadOnlyList<WordPlace> places = words.IsList ? Laid(PromptTemplate.Items(words)) : records ? WordFinder.Words(TextOf(words)) : WordFinder.Parts(TextOf(words));
        string[] tags = records ? SpanRecords.Tags(tagCell, TextOf(words), places, $"{field}.answer") : [.. TagsOf(tagCell)];
        if (tags.Length != places.Count)
            throw new InvalidInputException($"{field}.answer", $"there are {tags.Length} tags for {places.Count} words: every word needs one");
        tags = [.. tags.Select(Named)];
        var text = string.Join(' ', tags);
        return new RenderedExample(prompt, text, [text]) { Labels = tags, Words = [.. places.Select(place => new WordPlace(place.Start + start, place.End + start))] };
    }

    private static string TextOf(Cell cell) => cell.IsList ? string.Join(' ', PromptTemplate.Items(cell)) : cell.ToString();

    private static IEnumerable<string> TagsOf(Cell cell) => cell.IsList
        ? PromptTemplate.Items(cell).Where(tag => tag.Length > 0) : cell.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Where words stand that are joined by single spaces.</summary>
    private static List<WordPlace> Laid(List<string> words)
    {
        var places = new List<WordPlace>(words.Count);
        var at = 0;
        foreach (var word in words.Count == 1 && words[0].Length == 0 ? [] : words)
        {
            places.Add(new(at, at + word.Length));
            at += word.Length + 1;
        }
        return places;
    }

    private string Named(string tag)
    {
        var name = tagWords.Count == 0 ? tag : tagWords.TryGetValue(tag, out var word) ? word
            : throw new InvalidInputException($"{field}.labelWords", $"the tag \"{tag}\" has no name; there are names for {string.Join(", ", tagWords.Keys)}: add it (it may stand for itself)");
        return name.Any(char.IsWhiteSpace) ? throw new InvalidInputException($"{field}.answer", $"the tag \"{name}\" holds a space: a tag is one word") : name;
    }
}
