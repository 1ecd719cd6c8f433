using System.Text;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>A text with places for columns: <c>{column}</c>, <c>{column[]}</c>; <c>{{</c> and <c>}}</c> are braces.</summary>
internal sealed class TemplateText
{
    private readonly string field;
    private readonly List<Part> parts = [];

    /// <param name="Literal">Text as it stands, or null.</param>
    /// <param name="Column">The column whose value stands here, or null.</param>
    /// <param name="Position">1-based character in the template.</param>
    private readonly record struct Part(string? Literal, string? Column, int Position);

    private TemplateText(string field) => this.field = field;

    public IEnumerable<string> Columns => parts.Where(part => part.Column is not null).Select(part => part.Column!);

    /// <summary>The one column of a template that has one place only, else null.</summary>
    public string? OnlyColumn => parts.Count(part => part.Column is not null) == 1 ? Columns.First() : null;

    /// <summary>The column whose list's items a place wants ("sentences[]"), or null.</summary>
    public static string? ListName(string place) => place.EndsWith("[]", StringComparison.Ordinal) && place.Length > 2 ? place[..^2] : null;

    public static TemplateText Parse(string text, string field, List<FieldError> errors)
    {
        var template = new TemplateText(field);
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is not ('{' or '}'))
            {
                literal.Append(c);
            }
            else if (i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '}')
            {
                errors.Add(new(field, $"the }} at position {i + 1} closes nothing: write }}}} for a brace"));
            }
            else
            {
                var close = text.AsSpan(i + 1).IndexOfAny('{', '}');
                if (close < 0 || text[i + 1 + close] != '}')
                {
                    errors.Add(new(field, $"the {{ at position {i + 1} is not closed: write {{column}}, or {{{{ for a brace"));
                    continue;
                }
                var column = text.Substring(i + 1, close).Trim();
                if (column.Length == 0) errors.Add(new(field, $"the {{}} at position {i + 1} names no column: write {{column}}, or {{{{}}}} for braces"));
                if (literal.Length > 0) template.parts.Add(new(literal.ToString(), null, 0));
                literal.Clear();
                template.parts.Add(new(null, column, i + 1));
                i += close + 1;
            }
        }
        if (literal.Length > 0) template.parts.Add(new(literal.ToString(), null, 0));
        return template;
    }

    /// <summary>A fault for each place whose column is not among <paramref name="columns"/>.</summary>
    public IEnumerable<FieldError> Missing(IReadOnlyList<string> columns) => parts
        .Where(part => part.Column is not null && !columns.Contains(part.Column) && !(ListName(part.Column) is { } list && columns.Contains(list)))
        .Select(part => new FieldError(field, $"{{{part.Column}}} at position {part.Position} names no column of the data; there are {string.Join(", ", columns)}: write one of them"));

    /// <summary>As the other, with the last place by itself.</summary>
    /// <param name="value">The text that stands for a column.</param>
    /// <param name="last">The text that stands in the last place.</param>
    /// <param name="start">Where that text begins; −1: the template has no place.</param>
    public string Render(Func<string, string> value, Func<string, string> last, out int start)
    {
        var text = new StringBuilder();
        start = -1;
        var end = parts.FindLastIndex(part => part.Column is not null);
        for (var i = 0; i < parts.Count; i++)
        {
            if (i == end) start = text.Length;
            text.Append(parts[i].Literal ?? (i == end ? last : value)(parts[i].Column!));
        }
        return text.ToString();
    }

    /// <param name="value">The text that stands for a column.</param>
    public string Render(Func<string, string> value)
    {
        if (parts is [var only]) return only.Literal ?? value(only.Column!);
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(part.Literal ?? value(part.Column!));
        return text.ToString();
    }
}
