using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Api.Runs;
using MtlStudio.Web.Features.Compare.Samples;

namespace MtlStudio.Web.Api.Compare;

/// <summary>What several runs recorded and said, side by side: what the compare page draws.</summary>
internal static class CompareDataRoutes
{
    public static void MapCompareData(this IEndpointRouteBuilder api)
    {
        var compare = api.MapGroup("/compare").WithTags("Compare").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        compare.MapGet("/points", PointsAsync).WithSummary("Points of the named series of 1 to 20 runs, as of one run: raw where they fit, summed up where not. A run without a series answers none.");
        compare.MapGet("/specs", SpecsAsync).WithSummary("The fields in which the specs of 1 to 20 runs differ; a value a run, null where it has none. Tasks are called by name, as tasks[qa].share.");
        compare.MapGet("/samples", SamplesAsync).WithSummary("One example as 1 to 20 runs answered it at their last evaluation up to a step; without a split or example, the first that all runs kept.");
    }

    private static async Task<IReadOnlyList<RunPointsView>> PointsAsync(
        RunReader reader, MetricReader metrics, CancellationToken cancellation, string? runs = null, string[]? series = null, string x = "step", double? from = null, double? to = null, int points = 1000)
    {
        var ids = CompareRuns.Parse(runs);
        await reader.GetAsync(ids, cancellation);
        if (series is not { Length: > 0 }) throw new InvalidInputException("series", "Name at least one series, as series=loss/validation/qa; GET runs/{id}/series lists a run's");
        var query = new PointsQuery { Series = series, X = XAxes.Parse(x), From = from, To = to, MaxPoints = points };
        var read = await Task.WhenAll(ids.Select(id => metrics.PointsAsync(id, query, cancellation)));
        return [.. ids.Select((id, i) => new RunPointsView(id, [.. read[i].Where(one => one.X.Length > 0).Select(PointsView.Of)]))];
    }

    private static async Task<IReadOnlyList<SpecDifferenceView>> SpecsAsync(RunReader reader, CancellationToken cancellation, string? runs = null)
    {
        var ids = CompareRuns.Parse(runs);
        var found = await reader.GetAsync(ids, cancellation);
        return [.. SpecDifferences.Among([.. found.Select(run => run.ReadSpec())]).Select(row => new SpecDifferenceView(row.Field, [.. ids.Select((id, i) => new SpecValueView(id, row.Values[i]))]))];
    }

    private static async Task<CompareSamplesView> SamplesAsync(
        RunReader reader, SampleReader samples, CancellationToken cancellation, string? runs = null, string? task = null, string? split = null, int? example = null, int? step = null)
    {
        var ids = CompareRuns.Parse(runs);
        await reader.GetAsync(ids, cancellation);
        if (string.IsNullOrEmpty(task)) throw new InvalidInputException("task", "Name a task, as task=qa");
        var set = await samples.ReadAsync(new(ids, [], task, split, example, step), cancellation);
        if (split is not null && set.Split != split) throw new InvalidInputException("split", $"The runs kept no common outputs of {task} on \"{split}\"{(set.Splits.Count > 0 ? $": choose {string.Join(" or ", set.Splits)}" : "")}");
        if (example is not null && set.Example != example) throw new InvalidInputException("example", $"The runs kept no output of row {example}: they have {(set.Examples.Count > 0 ? string.Join(", ", set.Examples.Take(20)) : "none in common")}");
        return new(task, set.Split, set.Example, set.Examples, set.Steps, [.. ids.Where(set.Outputs.ContainsKey).Select(id => new RunSampleView(id, SampleView.Of(set.Outputs[id])))]);
    }
}

/// <param name="Series">Those that the run has.</param>
public sealed record RunPointsView(long Run, IReadOnlyList<PointsView> Series);

/// <param name="Values">One a run, in the order they were named.</param>
public sealed record SpecDifferenceView(string Field, IReadOnlyList<SpecValueView> Values);

/// <param name="Value">Null where the run's spec has none.</param>
public sealed record SpecValueView(long Run, string? Value);

/// <param name="Examples">The rows that all runs kept.</param>
/// <param name="Steps">The evaluations any of the runs made on the split.</param>
public sealed record CompareSamplesView(string Task, string? Split, int? Example, IReadOnlyList<int> Examples, IReadOnlyList<int> Steps, IReadOnlyList<RunSampleView> Outputs);

public sealed record RunSampleView(long Run, SampleView Sample);
