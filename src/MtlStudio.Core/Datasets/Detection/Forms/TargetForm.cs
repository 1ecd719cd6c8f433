namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Some text in, some text out.</summary>
internal static class TargetForm
{
    /// <summary>Where a column's name says that it is what shall be written.</summary>
    public static FormDraft? Try(Table table)
    {
        // Few values that come again and again are labels.
        if (table.Named(NameHints.IsTarget, column => column.CanBeWritten && column.Nature != ColumnNature.Category) is not { } target) return null;
        var input = table.Named(NameHints.IsText, column => column.IsTextual && column != target) ?? table.Texts.FirstOrDefault(column => column != target);
        return input is null ? null : Make(input, target, Confidence.Likely, $"{target.As} is named as what is written");
    }

    /// <summary>Where there are just two texts.</summary>
    public static FormDraft? TryUnnamed(Table table) => table.Texts.ToList() is [var input, var target]
        ? Make(input, target, Confidence.Guess, "there are two texts: the second is taken for what is written") : null;

    private static FormDraft Make(Column input, Column target, Confidence confidence, string reason)
    {
        input.Become(ColumnRole.Text, "input", "what is read");
        target.Become(ColumnRole.Target, "output", "what is written");
        var isShort = target.Profile.Length(0.9) <= 40;
        return new FormDraft(TaskForm.Generation, confidence, [reason])
        {
            Kind = "generation", Name = "generation",
            Prompt = $"{input.Slot}\nAnswer:", Answer = $" {target.AnswerSlot}",
            Metrics = target.IsNumeric ? ["number-match", "exact-match"] : isShort ? ["exact-match", "squad-f1"] : ["rouge-l", "chrf"],
            MetricReason = target.IsNumeric ? "the answers are numbers: their value must be right" : isShort ? "answers are short: whole answers are compared" : "answers are sentences: ROUGE-L compares their words in order",
        };
    }
}
