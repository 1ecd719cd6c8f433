using MtlStudio.Core.Analysis;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>Says in a sentence or two what the comparison shows, and no more than it shows.</summary>
public static class VerdictSentence
{
    private const int MostNamed = 3;

    public static string Of(CompareView view, VerdictBook book)
    {
        if (!book.HasDeltas) return Missing(view, book);
        var beside = CompareReference.Words(book.Reference);
        if (book.Values.All(value => value.Value.Delta is null || value.Value.Verdict is Verdict.Unclear or null)) return Unclear(book, beside);
        var said = book.DeltaM.Count <= MostNamed ? EachLine(book) : ManyLines(book);
        return $"Beside {beside}: {string.Join("; ", said)}.{Caution(book)}";
    }

    /// <summary>"1 · pcgrad helps qa and sum, hurts translation".</summary>
    private static IEnumerable<string> EachLine(VerdictBook book)
    {
        foreach (var line in book.DeltaM.Select(one => one.Line))
        {
            var own = book.Values.Where(value => value.Line == line).ToList();
            List<string> parts = [];
            Add(parts, own, Verdict.Hurt, "hurts");
            Add(parts, own, Verdict.Helped, "helps");
            Add(parts, own, Verdict.Same, "leaves", " as it was");
            var open = own.Count(value => value.Value.Verdict is Verdict.Unclear && value.Value.Delta is not null);
            if (open > 0) parts.Add(parts.Count == 0 ? "differs in no task for sure" : $"{open} {(open == 1 ? "task" : "tasks")} can't be told yet");
            var neither = own.Count(value => value.Value.Verdict is Verdict.Neither);
            if (neither > 0) parts.Add($"neither learned {neither} {(neither == 1 ? "task" : "tasks")}");
            if (parts.Count > 0) yield return $"{line.Label} {string.Join(", ", parts)}";
        }
    }

    private static void Add(List<string> parts, IReadOnlyList<LineValue> values, Verdict verdict, string verb, string after = "")
    {
        List<string> tasks = [.. values.Where(value => value.Value.Verdict == verdict).Select(value => value.Task.Name)];
        if (tasks.Count > 0) parts.Add($"{verb} {Names(tasks)}{after}");
    }

    /// <summary>Of many runs, a task at a time.</summary>
    private static IEnumerable<string> ManyLines(VerdictBook book)
    {
        foreach (var (verdict, words) in new[] { (Verdict.Hurt, "hurt by"), (Verdict.Helped, "helped by") })
        {
            var counts = book.Rows.Select(row => (row.Task.Name, Count: row.Values.Count(value => value.Value.Verdict == verdict), All: row.Values.Count)).Where(row => row.Count > 0).OrderByDescending(row => row.Count).Take(MostNamed).ToList();
            foreach (var (name, count, all) in counts) yield return $"{name} is {words} {count} of {all}";
        }
        var best = book.DeltaM.Where(one => one.DeltaM.Value is not null).MaxBy(one => one.DeltaM.Value);
        // Not where it may be zero.
        if (best is { DeltaM.Low: > 0 }) yield return $"the best Δm is {best.Line.Label}'s, {Format.ScoreDelta(best.DeltaM.Value, "points")} %";
    }

    private static string Unclear(VerdictBook book, string beside)
    {
        var compared = book.Values.Where(value => value.Value.Delta is not null).ToList();
        if (compared.All(value => value.Value.SoFar is not null)) return $"The runs still train: {compared.Count(value => value.Value.SoFar < 0)} of {compared.Count} scores lie behind {beside} so far, {compared.Count(value => value.Value.SoFar > 0)} ahead.";
        var growth = compared.Min(value => value.Value.Growth);
        return $"No task can be told apart from {beside} yet{(growth is { } times ? $": about {Format.Number(Math.Round(times, 1))} × the examples, or more seeds, would tell the first" : "")}.";
    }

    private static string Missing(CompareView view, VerdictBook book)
    {
        var reason = book.Values.Select(value => value.Value.Reason).FirstOrDefault(given => given is not null);
        return view.Reference == CompareReference.Baseline && !view.Set.HasBaselines
            ? "None of the runs has single-task baselines: make them, or compare with the untuned model."
            : $"Nothing stands beside {CompareReference.Words(view.Reference)} yet{(reason is null ? "" : $": {reason}")}.";
    }

    /// <summary>One seed is one draw.</summary>
    private static string Caution(VerdictBook book) =>
        book.Values.Any(value => value.Value.Verdict is Verdict.Hurt or Verdict.Helped) && book.Values.All(value => value.Value.Seeds <= 1) ? " One seed each: other draws may say otherwise." : "";

    private static string Names(IReadOnlyList<string> tasks) => tasks.Count switch
    {
        1 => tasks[0],
        <= MostNamed => $"{string.Join(", ", tasks.Take(tasks.Count - 1))} and {tasks[^1]}",
        _ => $"{tasks.Count} tasks ({string.Join(", ", tasks.Take(MostNamed - 1))} …)",
    };
}
