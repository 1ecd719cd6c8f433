namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Long texts and short ones that say the same.</summary>
internal static class SummaryForm
{
    private const int LongText = 300;
    private const int Ratio = 3;

    public static FormDraft? Try(Table table)
    {
        var target = table.Named(NameHints.IsSummary) ?? table.Named(NameHints.IsTarget);
        if (target is null) return null;
        var source = table.Texts.Where(column => column != target && !NameHints.IsTitle(column.Name)).MaxBy(column => column.Profile.MeanLength);
        var named = NameHints.IsSummary(target.Name);
        if (source is null || source.Profile.MeanLength < (named ? 1 : Ratio) * target.Profile.MeanLength || (!named && source.Profile.MeanLength < LongText)) return null;
        source.Become(ColumnRole.Text, "text", "the long text");
        target.Become(ColumnRole.Target, "summary", target.Nature == ColumnNature.TextList ? "short texts; several are several right answers" : "the short text");
        return new FormDraft(TaskForm.Summarization, named ? Confidence.Sure : Confidence.Likely,
            [$"{target.As} is {source.Profile.MeanLength / Math.Max(1, target.Profile.MeanLength):0.#} times shorter than {source.As}"])
        {
            Kind = "generation", Name = "summarization",
            Prompt = $"{source.Slot}\nSummary:", Answer = $" {target.AnswerSlot}",
            Metrics = ["rouge-l", "rouge-1"], MetricReason = "summaries are compared by ROUGE",
        };
    }
}
