using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Lists of runs, and one run.</summary>
internal static class RunRoutes
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs").RequireAuthorization(StudioPolicies.Read);
        runs.MapGet("", ListAsync).WithSummary("A page of runs, filtered and sorted by the database. filter takes an expression as policy = pcgrad and metric(qa) > 0.5 (see the guide's page on runs); the other parameters narrow it further. sort takes any column: a field, a spec's path, metric(task,name), delta(task).");
        runs.MapGet("/{id:long}", GetAsync).WithSummary("One run.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:long}/transitions", TransitionsAsync).WithSummary("The run's steps through its states, the oldest first.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:long}/baselines", BaselinesAsync).WithSummary("The runs that answer for the tasks of a joint run.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<ApiPage<RunView>> ListAsync(
        RunTableReader table, RunReader reader, RunQueue queue, TimeProvider clock, CancellationToken cancellation, string? filter = null, string[]? state = null, string? text = null,
        string? tag = null, string? policy = null, string? model = null, string? task = null, bool? baselines = null, string? archived = null, string sort = "created", string order = "desc", int skip = 0, int take = 50)
    {
        var errors = new List<FieldError>();
        var expression = RunFilterParser.TryParse(filter, clock.GetUtcNow(), out var fault);
        if (fault is not null) errors.Add(new("filter", fault.ToString()));
        var states = States(state, errors);
        var parts = new List<FilterNode?> { expression };
        if (states.Count > 0) parts.Add(new OneOf(Field("state"), [.. states.Select(one => new FilterValue(one.ToString()))]));
        if (!string.IsNullOrWhiteSpace(text)) parts.Add(new HasText(text.Trim()));
        foreach (var (name, value) in new[] { ("tag", tag), ("policy", policy), ("task", task) })
            if (value is not null) parts.Add(new Compared(Field(name), FilterOperator.Equal, new(value)));
        if (model is not null) parts.Add(new AnyOf([new Compared(Field("model"), FilterOperator.Equal, new(model)), new Compared(new(RunColumnKind.Spec, "model.path"), FilterOperator.Equal, new(model))]));
        if (baselines is { } wanted) parts.Add(wanted ? new NotOf(new IsMissing(Field("baseline"))) : new IsMissing(Field("baseline")));
        // Without a word on them archived runs are left out; "all" says something that leaves none out.
        var archive = Archived(archived, errors);
        if (archive is { } only && archived is not null) parts.Add(new Compared(Field("archived"), FilterOperator.Equal, new(only ? "true" : "false")));
        else if (archived == "all") parts.Add(new OneOf(Field("archived"), [new("true"), new("false")]));
        var descending = Descending(order, errors);
        var column = RunColumn.TryParse(sort);
        if (column is null) errors.Add(new("sort", $"Runs cannot be sorted by \"{sort}\": name a field, a spec's path or metric(task,name)"));
        if (errors.Count > 0) throw new InvalidInputException(errors);

        var page = await table.PageAsync(new() { Filter = FilterNode.Join(parts), Sort = [new(column!, descending)], Skip = skip, Take = take }, cancellation);
        var runs = await reader.ByIdsAsync([.. page.Items.Select(row => row.Id)], cancellation);
        var reasons = await queue.WaitReasonsAsync(cancellation);
        return new([.. runs.Select(run => RunView.Of(run, reasons))], page.Total, skip, take);
    }

    private static RunColumn Field(string name) => new(RunColumnKind.Field, name);

    private static async Task<RunView> GetAsync(long id, RunStore store, RunQueue queue, CancellationToken cancellation)
    {
        var run = await store.GetAsync(id, cancellation);
        return RunView.Of(run, run.State == RunState.Queued ? await queue.WaitReasonsAsync(cancellation) : new Dictionary<long, string>());
    }

    private static async Task<IReadOnlyList<TransitionView>> TransitionsAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation)
    {
        await store.GetAsync(id, cancellation);
        return [.. (await reader.TransitionsAsync(id, cancellation)).Select(step => new TransitionView(step.FromState, step.ToState, step.Time.ToUnixTimeMilliseconds(), step.Cause))];
    }

    private static async Task<IReadOnlyList<BaselineView>> BaselinesAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation)
    {
        await store.GetAsync(id, cancellation);
        return [.. (await reader.BaselinesAsync(id, cancellation)).Select(baseline => new BaselineView(baseline.Task, baseline.BaselineRunId))];
    }

    private static List<RunState> States(string[]? given, List<FieldError> errors)
    {
        var states = new List<RunState>();
        foreach (var word in (given ?? []).SelectMany(words => words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
            if (!int.TryParse(word, out _) && Enum.TryParse<RunState>(word, ignoreCase: true, out var state)) states.Add(state);
            else errors.Add(new("state", $"There is no state \"{word}\": choose among {string.Join(", ", Enum.GetNames<RunState>().Select(name => name.ToLowerInvariant()))}"));
        return states;
    }

    private static bool? Archived(string? given, List<FieldError> errors)
    {
        if (given is null or "false") return false;
        if (given is "true") return true;
        if (given is not "all") errors.Add(new("archived", $"Archived must be true, false or all (you gave \"{given}\")"));
        return null;
    }

    private static bool Descending(string given, List<FieldError> errors)
    {
        if (given is not ("asc" or "desc")) errors.Add(new("order", $"Order must be asc or desc (you gave \"{given}\")"));
        return given == "desc";
    }
}

/// <param name="From">Null for the run's creation.</param>
public sealed record TransitionView(RunState? From, RunState To, long Time, string Cause);

public sealed record BaselineView(string Task, long RunId);
