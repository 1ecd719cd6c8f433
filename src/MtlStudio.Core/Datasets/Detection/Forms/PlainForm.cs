namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Text and nothing beside it.</summary>
internal static class PlainForm
{
    public static FormDraft? Try(Table table)
    {
        if (table.Texts.ToList() is not [var text]) return null;
        text.Become(ColumnRole.Text, "text", "the only text");
        return new FormDraft(TaskForm.LanguageModeling, table.Columns.Count == 1 ? Confidence.Likely : Confidence.Guess, [$"{text.As} is the only text, and nothing says what to make of it"])
        {
            Name = "text",
            Later = "To learn the text itself, import it under Data and make a task of the kind language modeling. To train another task, add a column with the label or the answer",
        };
    }

    public static FormDraft Nothing(Table table) => new(TaskForm.Unknown, Confidence.Guess, ["no column is a label or an answer to another one"])
    {
        Name = "data",
        Later = table.Texts.Any() ? "Say in the template which column is read and which is written" : "There is no text to read: add a column with it",
    };
}
