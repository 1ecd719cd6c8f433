using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>How a task's kind makes examples of rows.</summary>
/// <param name="Check">Faults for the columns that are named and not among those given.</param>
/// <param name="Render">Throws <see cref="InvalidInputException"/> where a row does not fit.</param>
public sealed record TaskTemplate(Func<IReadOnlyList<string>, IReadOnlyList<FieldError>> Check, Func<Row, RenderedExample> Render)
{
    /// <param name="field">The task's path, as <c>tasks[0]</c>; empty: the task is no part of a spec.</param>
    /// <exception cref="InvalidInputException">Braces that don't match, or an empty answer.</exception>
    public static TaskTemplate Of(TaskSpec task, string field = "")
    {
        var at = field.Length == 0 ? "" : $"{field}.";
        switch (task.Kind)
        {
            case TaskKinds.MultipleChoice:
                var choice = ChoiceTemplate.Parse(task, field);
                return new(choice.Check, choice.Render);
            case TaskKinds.Tagging:
                var tagging = TaggingTemplate.Parse(task, $"{at}template");
                return new(tagging.Check, tagging.Render);
            default:
                var plain = PromptTemplate.Parse(task.Template, $"{at}template");
                return new(plain.Check, task.Kind switch
                {
                    TaskKinds.HeadClassification => row => LabelAnswer.OfOne(plain, row),
                    TaskKinds.MultiLabel => row => LabelAnswer.OfSeveral(plain, row, task.LabelSeparator),
                    TaskKinds.Regression => row => NumberAnswer.Of(plain, row, $"{at}template.answer"),
                    _ => plain.Render,
                });
        }
    }
}
