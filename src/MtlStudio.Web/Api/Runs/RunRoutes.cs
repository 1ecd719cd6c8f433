using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Lists of runs, and one run.</summary>
internal static class RunRoutes
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs").RequireAuthorization(StudioPolicies.Read);
        runs.MapGet("", ListAsync).WithSummary("A page of runs, filtered and sorted by the database. state may be given several times; sort is one of id, name, state, createdAt, startedAt, endedAt, priority, queue, step, policy, unifiedScore.");
        runs.MapGet("/{id:long}", GetAsync).WithSummary("One run.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:long}/transitions", TransitionsAsync).WithSummary("The run's steps through its states, the oldest first.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{id:long}/baselines", BaselinesAsync).WithSummary("The runs that answer for the tasks of a joint run.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<ApiPage<RunView>> ListAsync(
        RunReader reader, RunQueue queue, CancellationToken cancellation, string[]? state = null, string? text = null, string? tag = null, string? policy = null,
        string? model = null, string? task = null, bool? baselines = null, string? archived = null, string sort = "createdAt", string order = "desc", int skip = 0, int take = 50)
    {
        var errors = new List<FieldError>();
        var filter = new RunFilter
        {
            States = States(state, errors),
            Text = text,
            Tag = tag,
            Policy = policy,
            Model = model,
            Task = task,
            Baselines = baselines,
            Archived = Archived(archived, errors),
            Sort = sort,
            Descending = Descending(order, errors),
            Skip = skip,
            Take = take,
        };
        if (errors.Count > 0) throw new InvalidInputException(errors);
        var page = await reader.RunsAsync(filter, cancellation);
        var reasons = await queue.WaitReasonsAsync(cancellation);
        return new([.. page.Items.Select(run => RunView.Of(run, reasons))], page.Total, skip, take);
    }

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
