using System.Text.RegularExpressions;

namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Fields and values ("name[Aromi], area[riverside]") and a text that says them.</summary>
internal static partial class RecordForm
{
    public static FormDraft? Try(Table table)
    {
        foreach (var record in table.Of(ColumnNature.Text))
        {
            var values = table.TextsOf(record).Take(200).ToList();
            if (values.Count == 0 || values.Count(value => Fields().IsMatch(value)) < 0.8 * values.Count) continue;
            var text = table.Named(NameHints.IsTarget, column => column.IsTextual && column != record) ?? table.Texts.FirstOrDefault(column => column != record);
            if (text is null) return null;
            record.Become(ColumnRole.Text, "data", "fields with values");
            text.Become(ColumnRole.Target, "text", "the text that says them");
            return new FormDraft(TaskForm.DataToText, Confidence.Sure, [$"{record.As} holds fields with values, {text.As} says them in words"])
            {
                Kind = "generation", Name = "data-to-text",
                Prompt = $"Data: {record.Slot}\nText:", Answer = $" {text.AnswerSlot}",
                Metrics = ["bleu", "chrf", "rouge-l"], MetricReason = "texts made of data are compared by BLEU",
            };
        }
        return null;
    }

    /// <summary>Two or more of "name[value]", "name(value)" or "name: value |".</summary>
    [GeneratedRegex(@"^\s*[\w ]+\[[^\]]*\]\s*([,;|]\s*[\w ]+\[[^\]]*\]\s*)*$|^\s*[\w ]+\([^)]*\)\s*([,;|&]\s*[\w ]+\([^)]*\)\s*)+$|^\s*[\w ]+[:=][^|]*(\|\s*[\w ]+[:=][^|]*)+$")]
    private static partial Regex Fields();
}
