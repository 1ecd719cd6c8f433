namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Questions and answers; with a paragraph to look in where there is one.</summary>
internal static class QuestionForm
{
    public static FormDraft? Try(Table table)
    {
        if (table.Named(NameHints.IsQuestion) is not { } question) return null;
        var answer = table.NamedTarget(IsAnswer, question);
        if (answer is null) return null;
        var context = table.Named(NameHints.IsContext, column => column.IsTextual && column != answer && column != question);
        question.Become(ColumnRole.Question, "question", "what is asked");
        context?.Become(ColumnRole.Context, "context", "where the answer is looked for");
        var prompt = (context is null ? "" : context.Slot + "\n") + $"Question: {question.Slot}\nAnswer:";
        if (answer.Nature == ColumnNature.Category && answer.Profile.Distinct <= 20 && !(answer.IsNumeric && answer.Profile.Distinct > 5))
        {
            answer.Become(ColumnRole.Label, "answer", $"one of {answer.Profile.Distinct} answers");
            return LabelForm.Scored(table, answer, new FormDraft(TaskForm.QuestionAnswering, Confidence.Likely, [$"{question.As} is answered by one of {answer.Profile.Distinct} values of {answer.As}"])
            {
                Kind = "classification", Name = "qa", Prompt = prompt, Answer = $" {answer.AnswerSlot}",
            });
        }
        answer.Become(ColumnRole.Target, "answer", "what is answered");
        if (answer.IsNumeric)
            return new FormDraft(TaskForm.QuestionAnswering, Confidence.Sure, [$"the columns are named {question.As} and {answer.As}, and the answers are numbers"])
            {
                Kind = "generation", Name = "qa", Prompt = prompt, Answer = $" {answer.AnswerSlot}",
                Metrics = ["number-match", "exact-match"], MetricReason = "the answers are numbers: their value must be right",
            };
        var isShort = answer.Profile.Length(0.9) <= 60;
        return new FormDraft(TaskForm.QuestionAnswering, Confidence.Sure, [$"the columns are named {question.As}, {answer.As}{(context is null ? "" : $" and {context.As}")}"])
        {
            Kind = "generation", Name = "qa", Prompt = prompt, Answer = $" {answer.AnswerSlot}",
            Metrics = isShort ? ["squad-f1", "exact-match"] : ["rouge-l", "squad-f1"],
            MetricReason = isShort ? "answers are short: their words are compared, and whole answers" : "answers are whole sentences: ROUGE-L compares their words in order",
        };
    }

    private static bool IsAnswer(string name) => NameHints.Key(name) is "answer" or "answers" or "answertext" or "response" or "output" or "target" or "completion" or "finaldecision";
}
