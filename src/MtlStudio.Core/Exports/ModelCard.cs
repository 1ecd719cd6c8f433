using System.Globalization;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Exports;

/// <summary>
/// Writes the model card (README.md as the Hugging Face hub reads it) of an exported checkpoint: what it is, its scores beside
/// their references, what it was trained on and how, and what the figures cannot say. Only what is known is written.
/// </summary>
public static class ModelCard
{
    public const string FileName = "README.md";

    public static string Write(CardFacts facts)
    {
        var text = new StringBuilder();
        Head(text, facts);
        Scores(text, facts);
        Data(text, facts);
        Training(text, facts);
        Use(text, facts);
        Limits(text, facts);
        Versions(text, facts);
        return text.ToString();
    }

    private static void Head(StringBuilder text, CardFacts facts)
    {
        var method = MethodCatalog.Find(MethodKind.Peft, facts.Spec.Peft.Name)?.Title ?? facts.Spec.Peft.Name;
        var what = facts.Form switch
        {
            ExportForms.Adapter => $"{facts.BaseModel}'s adapter by {method}",
            ExportForms.Merged => $"{facts.BaseModel} with its adapter by {method} worked into the weights",
            _ => $"{facts.BaseModel}, fully fine-tuned",
        };
        text.Append("---\n")
            .Append($"library_name: {(facts.Form != ExportForms.Adapter ? "transformers" : ExportForms.IsPeft(facts.Spec) ? "peft" : "mtlstudio")}\n")
            .Append($"base_model: {Yaml(facts.BaseModel)}\n")
            .Append("pipeline_tag: text-generation\n")
            .Append("tags:\n- multi-task\n").Append(facts.Form == ExportForms.Full ? "" : $"- {facts.Spec.Peft.Name}\n").Append("- mtlstudio\n")
            .Append("---\n\n")
            .Append($"# {Line(facts.Spec.Name)}, step {Count(facts.Step)}\n\n")
            .Append($"{Line(what)}: one model for {facts.Tasks.Count} {(facts.Tasks.Count == 1 ? "task" : "tasks")} ({Line(string.Join(", ", facts.Tasks.Select(task => task.Name)))}), ")
            .Append($"trained together by MtlStudio under the weighting policy {facts.Spec.Weighting.Name}. The checkpoint of step {Count(facts.Step)} of {Count(facts.Spec.Training.Steps)}.\n\n");
        if (!string.IsNullOrWhiteSpace(facts.Spec.Note)) text.Append($"> {Line(facts.Spec.Note)}\n\n");
    }

    private static void Scores(StringBuilder text, CardFacts facts)
    {
        text.Append("## Scores\n\n| task | metric | this checkpoint, validation | untuned model, validation | this checkpoint, test | reference |\n| --- | --- | ---: | ---: | ---: | --- |\n");
        foreach (var task in facts.Tasks)
            text.Append($"| {Cell(task.Name)} | {task.Metric} {(task.HigherIsBetter ? "↑" : "↓")}{(task.Unit == "fraction" ? ", %" : "")} | {Score(task.Validation, task.Unit)} | {Score(task.Untuned, task.Unit)} | {Score(task.Test, task.Unit)} | ")
                .Append(task.Reference is { } beside ? $"{Score(beside.Value, task.Unit)} on {beside.Split} ({Cell(beside.Source)})" : "none was trained").Append(" |\n");
        text.Append("\n↑: higher is better, ↓: lower is better. The checkpoint was chosen on validation; test examples had no say in it.")
            .Append(facts.Tasks.Any(task => task.Test is not null) ? "" : " This checkpoint was not scored on test.").Append("\n\n");
    }

    private static void Data(StringBuilder text, CardFacts facts)
    {
        text.Append("## Data and mix\n\n| task | kind | data | training examples | share of examples | loss weight | prompt |\n| --- | --- | --- | ---: | ---: | ---: | --- |\n");
        foreach (var task in facts.Tasks)
            text.Append($"| {Cell(task.Name)} | {task.Kind} | {Cell(task.Data)} | {Count(task.TrainExamples)} | {Number(100 * task.PlannedShare)} % | {Number(task.LossWeight)} | `{Cell(task.Prompt).Replace("`", "'", StringComparison.Ordinal)}` |\n");
        text.Append($"\nSampler: {Method(facts.Spec.Sampler)}. Share is how often a task is drawn, loss weight how much it counts (under the fixed policy).\n\n");
    }

    private static void Training(StringBuilder text, CardFacts facts)
    {
        var (spec, training) = (facts.Spec, facts.Spec.Training);
        text.Append("## Training\n\n")
            .Append($"- weighting policy: {Method(spec.Weighting.AsMethod())}\n- fine-tuning: {Method(spec.Peft)}, {Count(facts.TrainableParameters)} of {Count(facts.Parameters)} parameters\n")
            .Append(spec.Model.Quantize == "none" ? "" : $"- frozen weights: kept in few bits ({spec.Model.Quantize}){(facts.Form == ExportForms.Merged ? "; the merged weights are what was computed with" : "; the scores are those of the adapter on such weights")}\n")
            .Append($"- optimizer: {Method(spec.Optimizer)}; schedule: {Method(spec.Schedule)}\n")
            .Append($"- {Count(training.Steps)} steps of {RunSpecValidator.EffectiveAccumulation(spec)} micro-batches of {training.MicroBatch}; at most {Count(training.MaxLength)} tokens an example; gradient norm clipped at {Number(training.ClipNorm)}\n")
            .Append($"- seed: {spec.Seed.ToString(CultureInfo.InvariantCulture)}\n\n");
    }

    private static void Use(StringBuilder text, CardFacts facts)
    {
        text.Append("## Use\n\nThe prompt must have the form of a task's own template (above): the model has seen no other.\n\n");
        if (facts.Form == ExportForms.Adapter && !ExportForms.IsPeft(facts.Spec))
        {
            text.Append($"PEFT has no such adapter; this folder is in a layout of MtlStudio's own:\n\n```\nmtl generate --model BASE --adapter path/of/this/folder{(ExportForms.HasTaskParts(facts.Spec) ? " --task TASK" : "")} --prompt TEXT\n```\n\n");
            return;
        }
        if (facts.Form == ExportForms.Adapter && ExportForms.HasTaskParts(facts.Spec))
            text.Append("Each task or group has an adapter of its own under `tasks/`; the code below loads one. Where there is a folder `shared`, its adapter belongs to every task: `mtl generate --adapter path/of/this/folder --task TASK` uses both.\n\n");
        text.Append("```python\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n");
        if (facts.Form == ExportForms.Adapter)
            text.Append($"from peft import PeftModel\n\nbase = {JsonSerializer.Serialize(facts.BaseModel, WireJson.Compact)}\ntokenizer = AutoTokenizer.from_pretrained(base)\nmodel = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), \"path/of/this/folder{(ExportForms.HasTaskParts(facts.Spec) ? "/tasks/TASK" : "")}\")\n");
        else
            text.Append("\ntokenizer = AutoTokenizer.from_pretrained(\"path/of/this/folder\")\nmodel = AutoModelForCausalLM.from_pretrained(\"path/of/this/folder\")\n");
        text.Append("```\n\n");
    }

    private static void Limits(StringBuilder text, CardFacts facts)
    {
        text.Append("## Limits\n\n");
        if (facts.Tasks.Where(task => task.ValidationExamples > 0).ToList() is { Count: > 0 } scored)
            text.Append($"- Validation scores are of {Span(scored.Select(task => task.ValidationExamples))} examples a task, and the checkpoint was chosen by them: they flatter it.\n");
        if (facts.Tasks.Where(task => task is { Test: not null, TestExamples: > 0 }).ToList() is { Count: > 0 } tested)
            text.Append($"- Test scores are of {Span(tested.Select(task => task.TestExamples))} examples a task.\n");
        text.Append("- One seed: another would score somewhat differently.\n");
        foreach (var task in facts.Tasks.Where(task => task.Dropped > 0))
            text.Append($"- {Line(task.Name)}: {Count(task.Dropped)} examples were left out, since nothing of their answer was left within {Count(facts.Spec.Training.MaxLength)} tokens.\n");
        text.Append("- Nothing was measured beyond these tasks and this data: no audit for bias, safety or truth is recorded.\n")
            .Append("- The licences of the base model and of the data hold for this model too; the studio does not know them.\n\n");
    }

    private static void Versions(StringBuilder text, CardFacts facts)
    {
        if (facts.Environment.Count == 0) return;
        text.Append("## Versions\n\n| | |\n| --- | --- |\n");
        foreach (var (name, value) in facts.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal)) text.Append($"| {Cell(name)} | {Cell(value)} |\n");
    }

    private static string Method(MethodChoice choice) => choice.Options.Count == 0 ? choice.Name
        : $"{choice.Name} ({string.Join(", ", choice.Options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => $"{option.Key} {option.Value.GetRawText()}"))})";

    private static string Score(double? value, string unit) => value is not { } score || !double.IsFinite(score) ? "–"
        : unit == "fraction" ? (100 * score).ToString("0.0", CultureInfo.InvariantCulture) : unit == "points" ? score.ToString("0.0", CultureInfo.InvariantCulture) : Number(score);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"64", or "8 to 64".</summary>
    private static string Span(IEnumerable<int> counts)
    {
        var all = counts.ToList();
        return all.Min() == all.Max() ? Count(all[0]) : $"{Count(all.Min())} to {Count(all.Max())}";
    }

    /// <summary>A JSON text is a YAML one too.</summary>
    private static string Yaml(string value) => JsonSerializer.Serialize(value, WireJson.Compact);

    private static string Line(string value) => value.ReplaceLineEndings(" ").Trim();

    private static string Cell(string value) => value.ReplaceLineEndings("⏎").Replace("|", "\\|", StringComparison.Ordinal);
}
