namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>A text and any number of labels: numbers joined by commas, or a list.</summary>
internal static class MultiLabelForm
{
    public static FormDraft? Try(Table table)
    {
        foreach (var label in table.Columns)
        {
            var why = Joined(label.Profile) ? "several numbers joined by commas in some rows"
                : table.IsNamed && NameHints.IsLabel(label.Name) && label.Nature is ColumnNature.TextList or ColumnNature.List && label.Profile.MeanLength < 200 ? "a list of labels" : null;
            if (why is null || table.Of(ColumnNature.Text).Where(column => column != label).MaxBy(column => column.Profile.MeanLength) is not { } text) continue;
            text.Become(ColumnRole.Text, "text", "the text");
            label.Become(ColumnRole.Label, "labels", why);
            return new FormDraft(TaskForm.MultiLabel, Confidence.Likely, [$"{label.As} has {why}"])
            {
                Kind = "multi-label", Name = "labels", Label = label,
                Prompt = $"{text.Slot}\nLabels:", Answer = label.AnswerSlot,
                Metrics = ["f1-micro", "f1-macro", "mean-average-precision"], MetricReason = "every label of a text is a decision of its own: F1 over all of them, over the labels, and how well probabilities rank",
            };
        }
        return null;
    }

    private static bool Joined(ColumnProfile column) =>
        column.NumberGroups > 0 && column.NumberGroups + column.Integers == column.Filled && column.Integers > 0 && column.Greatest < 10_000;
}
