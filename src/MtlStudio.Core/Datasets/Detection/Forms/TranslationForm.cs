namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>The same in two languages.</summary>
internal static class TranslationForm
{
    public static FormDraft? Try(Table table)
    {
        var texts = table.Of(ColumnNature.Text).Take(8).ToList();
        if (texts.Count < 2) return null;
        return ByNames(table, texts) ?? ByTexts(table, texts);
    }

    private static FormDraft? ByNames(Table table, List<Column> texts)
    {
        if (!table.IsNamed) return null;
        var named = texts.Select(column => (Column: column, Language: Languages.OfName(column.Name))).Where(found => found.Language is not null).ToList();
        return named.Count == 2 && named[0].Language != named[1].Language
            ? Make(named[0].Column, named[0].Language!, named[1].Column, named[1].Language!, Confidence.Sure, "the columns are named after languages") : null;
    }

    private static FormDraft? ByTexts(Table table, List<Column> texts)
    {
        var spoken = texts.Select(column => (Column: column, Language: Languages.OfTexts(table.TextsOf(column)))).Where(found => found.Language is not null).ToList();
        if (spoken.Count < 2) return null;
        var from = spoken[0];
        var to = spoken.Skip(1).FirstOrDefault(other => other.Language != from.Language);
        if (to.Column is null || to.Column.Profile.MeanLength is var length && (length > 2.5 * from.Column.Profile.MeanLength || length * 2.5 < from.Column.Profile.MeanLength)) return null;
        if (NameHints.IsTarget(from.Column.Name) && table.IsNamed && !NameHints.IsTarget(to.Column.Name)) (from, to) = (to, from);
        return Make(from.Column, from.Language!, to.Column, to.Language!, Confidence.Likely, "the texts are in two languages, and about equally long");
    }

    private static FormDraft Make(Column from, string source, Column to, string target, Confidence confidence, string reason)
    {
        from.Become(ColumnRole.Text, source.ToLowerInvariant(), $"{source} text");
        to.Become(ColumnRole.Target, target.ToLowerInvariant(), $"{target} text");
        return new FormDraft(TaskForm.Translation, confidence, [$"{source} in {from.As}, {target} in {to.As}: {reason}"])
        {
            Kind = "generation", Name = "translation",
            Prompt = $"Translate to {target}: {from.Slot}\n{target}:", Answer = $" {to.AnswerSlot}",
            Metrics = ["bleu", "chrf"], MetricReason = "translations are compared by BLEU, and by chrF that is kinder to word forms",
        };
    }
}
