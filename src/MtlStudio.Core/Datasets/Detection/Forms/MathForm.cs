using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Questions with worked answers that end with "#### number" (Cobbe et al. 2021).</summary>
internal static partial class MathForm
{
    public static FormDraft? Try(Table table)
    {
        foreach (var answer in table.Texts)
        {
            var values = table.TextsOf(answer).ToList();
            if (values.Count == 0 || values.Count(value => Marked().IsMatch(value)) < 0.8 * values.Count) continue;
            var question = table.Named(NameHints.IsQuestion) ?? table.Texts.Where(column => column != answer).MaxBy(column => column.Profile.MeanLength);
            if (question is null || question == answer) return null;
            question.Become(ColumnRole.Question, "question", "what is asked");
            answer.Become(ColumnRole.Target, "answer", "ends with #### and a number");
            return new FormDraft(TaskForm.Math, Confidence.Sure, [$"the values of {answer.As} end with \"#### number\""])
            {
                Kind = "generation", Name = "math",
                Prompt = $"Question: {question.Slot}\nAnswer:", Answer = $" {answer.AnswerSlot}",
                Metrics = ["number-match"], MetricReason = "the number after #### is what must be right",
            };
        }
        return null;
    }

    [GeneratedRegex(@"####\s*-?\$?[0-9.,]+\s*$")]
    private static partial Regex Marked();
}
