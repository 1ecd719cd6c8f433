using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;

namespace MtlStudio.Web.Api.Judge;

/// <summary>Runs beside their references, and the examples that a difference is made of.</summary>
internal static class CompareRoutes
{
    private const int MostRuns = 20;

    public static void MapCompare(this IEndpointRouteBuilder api)
    {
        var compare = api.MapGroup("/compare").WithTags("Judge").RequireAuthorization(StudioPolicies.Read);
        compare.MapGet("", CompareAsync).Produces<ComparisonView>()
            .WithSummary("Up to 20 runs beside a reference: `baseline` (each run's own single-task baselines), `untuned` (the model before its first step) or a run's number. Both sides are scored on the same examples: the test split where both have it, else validation at the best checkpoint. Intervals come from a bootstrap paired by example (and by seed for groups); verdicts from intervals widened by Holm's steps over the tasks. format=csv gives one row a task and run.");
        compare.MapGet("/examples", ExamplesAsync).Produces<ExamplesView>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("A page of the examples behind one delta: both scores, the difference, and the texts where outputs were kept. sort is difference, row, score, referenceScore or loss; order is asc or desc (by difference, asc puts what the run lost first where higher is better). format=csv gives all of them.");
    }

    private static async Task<IResult> CompareAsync(Comparer comparer, RunStore store, CancellationToken cancellation, string? runs = null, string reference = RunDelta.Baseline, string format = "json")
    {
        var errors = new List<FieldError>();
        var ids = Ids(runs, errors);
        var beside = Reference(reference, errors);
        CheckFormat(format, errors);
        foreach (var id in ids.Concat(beside.Kind == ReferenceKind.Pinned ? [beside.Run] : []).Distinct())
            if (await store.FindOrNullAsync(id, cancellation) is null) errors.Add(new(ids.Contains(id) ? "runs" : "reference", $"There is no run {id}"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        var found = ComparisonView.Of(await comparer.CompareAsync(ids, beside, cancellation));
        return format == "json" ? Results.Ok(found) : Csv.File("comparison.csv",
            ["task", "metric", "higherIsBetter", "unit", "reference", "run", "referenceRun", "split", "step", "referenceStep", "examples", "seeds", "value", "referenceValue", "delta", "low", "high", "confidence", "p", "verdict", "transfer", "reason"],
            found.Tasks.SelectMany(task => task.Values.Select(value => (IReadOnlyList<object?>)
            [
                task.Task, task.Metric, task.HigherIsBetter, task.Unit, task.Reference, value.Run, value.ReferenceRun, value.Split, value.Step, value.ReferenceStep, value.Examples, value.Seeds,
                value.Value, value.ReferenceValue, value.Delta, value.Low, value.High, value.Confidence, value.P, value.Verdict ?? value.SoFar, value.Transfer, value.Reason,
            ])));
    }

    private static async Task<IResult> ExamplesAsync(
        ExampleComparer examples, CancellationToken cancellation, long run = 0, string? task = null, string reference = RunDelta.Baseline, string? metric = null,
        string sort = "difference", string order = "asc", int skip = 0, int take = 50, string format = "json")
    {
        var errors = new List<FieldError>();
        if (run < 1) errors.Add(new("run", $"Name the run whose examples you want (you gave {run})"));
        if (string.IsNullOrEmpty(task)) errors.Add(new("task", "Name the task whose examples you want"));
        var beside = Reference(reference, errors);
        if (!Enum.TryParse<ExampleSort>(sort, ignoreCase: true, out var by) || !Enum.IsDefined(by) || char.IsDigit(sort[0]))
            errors.Add(new("sort", $"Examples cannot be sorted by \"{sort}\": choose among difference, row, score, referenceScore, loss"));
        if (order is not ("asc" or "desc")) errors.Add(new("order", $"The order is asc or desc (you gave \"{order}\")"));
        CheckFormat(format, errors);
        if (errors.Count > 0) throw new InvalidInputException(errors);
        PageBounds.Check(skip, take);
        var all = format == "csv";
        var found = await examples.ReadAsync(run, task!, beside, metric, by, order == "desc", all ? 0 : skip, all ? int.MaxValue : take, cancellation);
        return !all ? Results.Ok(ExamplesView.Of(found, run, beside, skip, take)) : Csv.File($"examples-run{run}-{task}.csv",
            ["row", "score", "referenceScore", "difference", "loss", "referenceLoss", "input", "references", "output", "referenceOutput"],
            found.Examples.Select(example => (IReadOnlyList<object?>)
            [
                example.Row, example.Score, example.ReferenceScore, example.Difference, example.Loss, example.ReferenceLoss,
                example.Input, example.References is null ? null : System.Text.Json.JsonSerializer.Serialize(example.References, WireJson.Compact), example.Output, example.ReferenceOutput,
            ]));
    }

    private static IReadOnlyList<long> Ids(string? runs, List<FieldError> errors)
    {
        var ids = new List<long>();
        foreach (var part in (runs ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) ids.Add(id);
            else errors.Add(new("runs", $"Runs are numbers with commas between them, as 1,2 (you gave \"{part}\")"));
        ids = [.. ids.Distinct()];
        if (ids.Count == 0 && errors.Count == 0) errors.Add(new("runs", "Name the runs to compare, as runs=1,2"));
        if (ids.Count > MostRuns) errors.Add(new("runs", $"At most {MostRuns} runs can be compared at once (you gave {ids.Count})"));
        return ids;
    }

    private static ReferenceChoice Reference(string reference, List<FieldError> errors)
    {
        if (ReferenceChoice.Parse(reference) is { } found) return found;
        errors.Add(new("reference", $"The reference is baseline, untuned or a run's number (you gave \"{reference}\")"));
        return ReferenceChoice.Baseline;
    }

    private static void CheckFormat(string format, List<FieldError> errors)
    {
        if (format is not ("json" or "csv")) errors.Add(new("format", $"The format is json or csv (you gave \"{format}\")"));
    }
}
