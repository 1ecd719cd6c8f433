namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Instructions with their inputs and outputs.</summary>
internal static class InstructionForm
{
    public static FormDraft? Try(Table table)
    {
        if (table.Named(NameHints.IsInstruction) is not { } instruction) return null;
        if (table.NamedTarget(NameHints.IsTarget, instruction) is not { } output) return null;
        var input = table.Named(name => NameHints.Key(name) is "input" or "inputs" or "context", column => column.IsTextual || column.Nature == ColumnNature.Category);
        instruction.Become(ColumnRole.Instruction, "instruction", "what is to be done");
        input?.Become(ColumnRole.Text, "input", "what it is to be done with");
        output.Become(ColumnRole.Target, "output", "what comes of it");
        return new FormDraft(TaskForm.Instruction, Confidence.Sure, [$"the columns are named {instruction.As}{(input is null ? "" : $", {input.As}")} and {output.As}"])
        {
            Kind = "generation", Name = "instructions",
            Prompt = $"Instruction: {instruction.Slot}\n{(input is null ? "" : $"Input: {input.Slot}\n")}Response:", Answer = $" {output.AnswerSlot}",
            Metrics = ["rouge-l", "chrf"], MetricReason = "free answers have no one right wording: ROUGE-L compares words in order",
        };
    }
}
