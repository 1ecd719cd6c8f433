namespace MtlStudio.Store;

public enum RunColumnKind
{
    /// <summary>A field of the run itself; one of <see cref="RunFields"/>.</summary>
    Field,
    /// <summary>A field of its spec, by path.</summary>
    Spec,
    /// <summary>A score of the last evaluation on validation.</summary>
    Metric,
    /// <summary>A score on test.</summary>
    Test,
    /// <summary>The difference of a score to its reference.</summary>
    Delta,
    /// <summary>What that difference says: "helped", "hurt", "same", "unclear" or "neither".</summary>
    Verdict,
}

/// <summary>
/// Something that runs can be shown, filtered, sorted and grouped by: a field (<c>policy</c>), a spec's field by path
/// (<c>training.steps</c>, <c>tasks[qa].share</c>), a final score (<c>metric(qa,f1-macro)</c>, the primary one by <c>metric(qa)</c>; on test
/// <c>test(qa)</c>), its difference to the single-task baseline (<c>delta(qa)</c>, <c>verdict(qa)</c>) or to the untuned model
/// (<c>delta(qa,untuned)</c>).
/// </summary>
/// <param name="Name">The field's name, the path, or the task.</param>
/// <param name="Metric">The metric of a score; null: the task's primary one. Of a difference the reference, where it is not the baseline.</param>
public sealed record RunColumn(RunColumnKind Kind, string Name, string? Metric = null)
{
    /// <summary>The functions' names, in the order of their kinds.</summary>
    public static IReadOnlyList<string> Functions { get; } = ["metric", "test", "delta", "verdict"];

    /// <summary>The name that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        RunColumnKind.Field or RunColumnKind.Spec => Name,
        _ => Call(Functions[Kind - RunColumnKind.Metric]),
    };

    /// <summary>The column of that name, or null where it can be none. <c>metric/qa/f1-macro</c>, as series are called, is read as well.</summary>
    public static RunColumn? TryParse(string text)
    {
        text = text.Trim();
        foreach (var function in Functions)
        {
            if (text.StartsWith(function + "(", StringComparison.Ordinal) && text.EndsWith(')'))
                return Of(function, [.. text[(function.Length + 1)..^1].Split(',').Select(part => part.Trim())]);
            if (text.StartsWith(function + "/", StringComparison.Ordinal)) return Of(function, text[(function.Length + 1)..].Split('/'));
        }
        if (text.Length == 0 || text.Any(IsBreak)) return null;
        return RunFields.Find(text) is { } field ? new(RunColumnKind.Field, field.Name) : new(RunColumnKind.Spec, text);
    }

    /// <summary>The columns of a list with commas between; what can be none is left out.</summary>
    public static IReadOnlyList<RunColumn> ParseList(string? text) => [.. SplitList(text).Select(TryParse).OfType<RunColumn>().Distinct()];

    /// <summary>The entries of a list with commas between; those within brackets are part of a name.</summary>
    public static IReadOnlyList<string> SplitList(string? text)
    {
        var found = new List<string>();
        var (from, depth) = (0, 0);
        for (var i = 0; i <= text?.Length; i++)
        {
            if (i < text.Length && text[i] == '(') depth++;
            if (i < text.Length && text[i] == ')') depth--;
            if (i < text.Length && (text[i] != ',' || depth > 0)) continue;
            if (text[from..i].Trim() is { Length: > 0 } entry) found.Add(entry);
            from = i + 1;
        }
        return found;
    }

    internal static RunColumn? Of(string function, IReadOnlyList<string> arguments)
    {
        if (arguments.Count is < 1 or > 2 || arguments.Any(argument => argument.Length == 0 || argument.Any(IsBreak))) return null;
        var (kind, second) = (RunColumnKind.Metric + Functions.ToList().IndexOf(function), arguments.ElementAtOrDefault(1));
        if (kind is RunColumnKind.Metric or RunColumnKind.Test) return new(kind, arguments[0], second);
        return second is null or RunDelta.Baseline or RunDelta.Untuned ? new(kind, arguments[0], second == RunDelta.Baseline ? null : second) : null;
    }

    private static bool IsBreak(char c) => char.IsWhiteSpace(c) || "()\"',=!<>~".Contains(c);

    private string Call(string function) => Metric is null ? $"{function}({Name})" : $"{function}({Name},{Metric})";
}
