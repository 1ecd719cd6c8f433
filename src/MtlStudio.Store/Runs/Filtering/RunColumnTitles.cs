namespace MtlStudio.Store;

/// <summary>What columns are called where people read them.</summary>
public static class RunColumnTitles
{
    /// <summary>As a table's header has it: "Policy", "training.steps", "qa · f1-macro", "Δ qa".</summary>
    public static string Of(RunColumn column) => column.Kind switch
    {
        RunColumnKind.Field => RunFields.Find(column.Name)!.Title,
        RunColumnKind.Metric => Score(column),
        RunColumnKind.Test => Score(column) + " (test)",
        RunColumnKind.Delta => $"Δ {column.Name}{(column.Metric is { } reference ? $" ({reference})" : "")}",
        RunColumnKind.Verdict => $"{column.Name} verdict{(column.Metric is { } reference ? $" ({reference})" : "")}",
        _ => column.Name,
    };

    /// <summary>What it is, in a sentence.</summary>
    public static string Help(RunColumn column) => column.Kind switch
    {
        RunColumnKind.Field => RunFields.Find(column.Name)!.Help,
        RunColumnKind.Metric => $"{column.Metric ?? "The primary metric"} of {column.Name} at the last evaluation on validation.",
        RunColumnKind.Test => $"{column.Metric ?? "The primary metric"} of {column.Name} on test.",
        RunColumnKind.Delta => $"Score of {column.Name} minus that of {Reference(column)}.",
        RunColumnKind.Verdict => $"What the difference of {column.Name} to {Reference(column)} says: helped, hurt, same, unclear or neither.",
        _ => "A field of the spec.",
    };

    private static string Score(RunColumn column) => column.Metric is { } metric ? $"{column.Name} · {metric}" : column.Name;

    private static string Reference(RunColumn column) => column.Metric == RunDelta.Untuned ? "the untuned model" : "its single-task baseline";
}
