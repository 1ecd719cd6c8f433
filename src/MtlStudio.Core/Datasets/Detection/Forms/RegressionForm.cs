namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Texts and a number on a scale.</summary>
internal static class RegressionForm
{
    public static FormDraft? Try(Table table)
    {
        var score = table.Columns.FirstOrDefault(column => IsScale(column) && (!table.IsNamed || NameHints.IsScore(column.Name) || NameHints.IsLabel(column.Name)));
        var texts = table.Of(ColumnNature.Text).Take(2).ToList();
        if (score is null || texts.Count == 0 || (table.IsNamed && table.Named(NameHints.IsTarget) is not null)) return null;
        score.Become(ColumnRole.Score, "score", FormattableString.Invariant($"numbers from {score.Profile.Least} to {score.Profile.Greatest}, some between whole ones"));
        texts[0].Become(ColumnRole.Text, texts.Count == 2 ? "text1" : "text", "the text");
        if (texts.Count == 2) texts[1].Become(ColumnRole.SecondText, "text2", "the second text");
        var pair = texts.Count == 2;
        return new FormDraft(TaskForm.Regression, Confidence.Likely, [FormattableString.Invariant($"{score.As} is a scale from {score.Profile.Least} to {score.Profile.Greatest}")])
        {
            Kind = "regression", Name = "scores", Minimum = score.Profile.Least, Maximum = score.Profile.Greatest,
            Prompt = pair ? $"First: {texts[0].Slot}\nSecond: {texts[1].Slot}\nScore:" : $"{texts[0].Slot}\nScore:", Answer = score.AnswerSlot,
            Metrics = ["pearson", "spearman", "rmse"], MetricReason = "scores are compared by how they go together, and by their error beside it",
        };
    }

    private static bool IsScale(Column column) => column.Nature == ColumnNature.Number && column.Profile.Numbers > 0 && column.Profile.Distinct > 2;
}
