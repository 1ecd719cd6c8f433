using MtlStudio.Core.Datasets.Detection;

namespace MtlStudio.Trainer.Commands;

/// <summary>What files are taken for, as lines for people.</summary>
internal static class DetectReport
{
    private const int ExampleCharacters = 400;

    public static void Write(TextWriter to, DetectionResult found)
    {
        foreach (var guess in found.Datasets)
        {
            to.WriteLine($"{guess.Name}: {TaskForms.Title(guess.Form)}{guess.Confidence switch { Confidence.Sure => "", Confidence.Likely => " (likely)", _ => " (a guess)" }}");
            foreach (var reason in guess.Reasons) Line("because", reason);
            foreach (var file in guess.Files) Line("file", $"{file.Name}, {file.Split ?? "divided"}, {(file.IsWhole ? "" : "more than ")}{file.Rows} rows{(file.Format is null ? "" : $", {file.Format.Format.ToString().ToLowerInvariant()}, {file.Format.Encoding}")}");
            if (guess.SplitReason is { } split) Line("split", split);
            foreach (var column in guess.Columns.Where(column => column.Role is not (ColumnRole.Other or ColumnRole.Empty or ColumnRole.Id))) Line("column", $"{column.Column}: {column.Role.ToString().ToLowerInvariant()}, {column.Reason}");
            if (guess.Task is { } task)
            {
                Line("kind", task.Kind);
                Line("prompt", task.Template.Prompt);
                Line("answer", task.Template.Answer);
                Line("metrics", $"{string.Join(", ", task.Metrics)}: {guess.MetricReason}");
                if (task.Kind == "generation") Line("output", $"at most {task.MaxNewTokens} tokens");
            }
            if (guess.Example is { } example) Line("example", Cut(example.Prompt + example.Answer));
            if (guess.Later is { } later) Line("later", later);
            foreach (var fault in guess.Faults) Line(fault.Severity.ToString().ToLowerInvariant(), fault.ToString());
            to.WriteLine();
        }

        // Further lines of a value stand under its first one.
        void Line(string key, string value) => to.WriteLine($"  {key,-8} {value.ReplaceLineEndings("\n").Replace("\n", "\n           ", StringComparison.Ordinal)}");
    }

    private static string Cut(string text) => text.Length <= ExampleCharacters ? text : $"{text[..(ExampleCharacters / 2)]} … {text[^(ExampleCharacters / 2)..]}";
}
