namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>A text and any number of labels: numbers joined by commas, or a list. The labels are written as text.</summary>
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
                Kind = "generation", Name = "labels",
                Prompt = $"{text.Slot}\nLabels:", Answer = $" {label.AnswerSlot}",
                Metrics = ["accuracy"], MetricReason = "all labels of a text must be right together",
                Later = "Scoring each label by itself comes later; until then the labels are written as text, and are right only all together",
            };
        }
        return null;
    }

    private static bool Joined(ColumnProfile column) =>
        column.NumberGroups > 0 && column.NumberGroups + column.Integers == column.Filled && column.Integers > 0 && column.Greatest < 10_000;
}
