namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Words and what they mean.</summary>
internal static class DefinitionForm
{
    public static FormDraft? Try(Table table)
    {
        var word = table.Named(NameHints.IsWord);
        var definition = table.Named(NameHints.IsDefinition);
        if (word is null || definition is null) return null;
        word.Become(ColumnRole.Text, "word", "the word");
        definition.Become(ColumnRole.Target, "definition", "what it means");
        return new FormDraft(TaskForm.Definition, Confidence.Sure, [$"the columns are named {word.As} and {definition.As}"])
        {
            Kind = "generation", Name = "definitions",
            Prompt = $"Word: {word.Slot}\nDefinition:", Answer = $" {definition.AnswerSlot}",
            Metrics = ["rouge-l", "chrf"], MetricReason = "definitions have no one right wording: ROUGE-L compares words in order",
        };
    }
}
