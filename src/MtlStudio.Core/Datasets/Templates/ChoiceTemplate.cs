using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>
/// Makes a multiple-choice example of a row: the prompt, the text of every choice, and which of them is right. Each of the task's
/// choices is a template of its own, or one that names a column of lists, whose items are then the choices.
/// </summary>
public sealed class ChoiceTemplate
{
    private readonly PromptTemplate right;
    private readonly IReadOnlyList<PromptTemplate> choices;
    private readonly string answerIs, path;

    private ChoiceTemplate(TaskSpec task, string field)
    {
        (answerIs, path) = (task.AnswerIs, field.Length == 0 ? "" : $"{field}.");
        right = PromptTemplate.Parse(task.Template, $"{path}template");
        choices = [.. task.Choices.Select((choice, i) => PromptTemplate.Parse(new() { Answer = choice }, $"{path}choices[{i}]"))];
    }

    /// <param name="field">The task's path, as <c>tasks[0]</c>; empty: the task is no part of a spec.</param>
    /// <exception cref="InvalidInputException">Braces that don't match.</exception>
    public static ChoiceTemplate Parse(TaskSpec task, string field) => new(task, field);

    /// <summary>Faults for the columns that are named and not there.</summary>
    public IReadOnlyList<FieldError> Check(IReadOnlyList<string> columns) => [.. right.Check(columns), .. choices.SelectMany(choice => choice.Check(columns))];

    /// <exception cref="InvalidInputException">The row lacks a column, has fewer than two choices, or its answer names none of them.</exception>
    public RenderedExample Render(Row row)
    {
        var rendered = right.Render(row);
        string[] texts = [.. choices.SelectMany(choice => choice.Render(row).References)];
        if (texts.Length < 2) throw new InvalidInputException($"{path}choices", $"there are {texts.Length} choices: at least two are needed");
        var at = PlaceOf(rendered.Answer.Trim(), texts);
        if (at < 0 || at >= texts.Length)
            throw new InvalidInputException($"{path}template.answer", $"the answer \"{rendered.Answer.Trim()}\" names none of the {texts.Length} choices as {answerIs}: choose in answerIs what the column holds");
        return new RenderedExample(rendered.Prompt, texts[at], [texts[at]]) { Choices = texts };
    }

    private int PlaceOf(string answer, string[] texts) => answerIs switch
    {
        "index" => int.TryParse(answer, NumberStyles.Integer, CultureInfo.InvariantCulture, out var index) ? index : -1,
        "number" => int.TryParse(answer, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number - 1 : -1,
        "letter" => answer.Length == 1 && char.ToUpperInvariant(answer[0]) is >= 'A' and <= 'Z' and var letter ? letter - 'A' : -1,
        _ => Array.FindIndex(texts, text => text.Trim() == answer),
    };
}
