using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>What a run has measured and said.</summary>
internal static class RunDataRoutes
{
    public static void MapRunData(this IEndpointRouteBuilder api)
    {
        var run = api.MapGroup("/runs/{id:long}").WithTags("Run data").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        run.MapGet("/series", SeriesAsync).WithSummary("Every series of the run, by name.");
        run.MapGet("/points", PointsAsync).WithSummary("Stretches of series for a chart: raw points where at most `points` fit, roll-ups with mean, min and max where not. x is step, examples, task-examples, tokens or time; from and to are in its unit. series may be given several times.");
        run.MapGet("/events", EventsAsync).WithSummary("The run's events as its trainer wrote them, in order, those with a sequence number over `after`.");
        run.MapGet("/samples", SamplesAsync).WithSummary("A page of evaluated examples with input, references, output and scores.");
        run.MapGet("/scores", ScoresAsync).WithSummary("Every score of every evaluation.");
        run.MapGet("/log", LogAsync).WithSummary("Log lines with a sequence number over `after`.");
        run.MapGet("/alarms", AlarmsAsync).WithSummary("What the user should look at.");
        run.MapGet("/checkpoints", CheckpointsAsync).WithSummary("The checkpoints that stand.");
    }

    private static async Task<IReadOnlyList<SeriesView>> SeriesAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation)
    {
        await store.CheckAsync(id, cancellation);
        return [.. (await reader.SeriesAsync(id, cancellation)).Select(SeriesView.Of)];
    }

    private static async Task<PointsAnswer> PointsAsync(
        long id, RunStore store, MetricReader metrics, CancellationToken cancellation, string[]? series = null, string x = "step", double? from = null, double? to = null, int points = 1000)
    {
        await store.CheckAsync(id, cancellation);
        if (series is not { Length: > 0 }) throw new InvalidInputException("series", "Name at least one series, as series=loss/train; GET …/series lists them");
        var query = new PointsQuery { Series = series, X = XAxes.Parse(x), From = from, To = to, MaxPoints = points };
        return new(await metrics.PointsAsync(id, query, cancellation));
    }

    private static async Task<ApiSlice<System.Text.Json.JsonElement>> EventsAsync(long id, RunStore store, EventPages events, CancellationToken cancellation, long after = 0, int take = 500) =>
        await events.ReadAsync(await store.GetAsync(id, cancellation), after, take, cancellation);

    private static async Task<ApiPage<SampleView>> SamplesAsync(
        long id, RunStore store, RunReader reader, CancellationToken cancellation, string? task = null, int? step = null, int? example = null, string? split = null, int skip = 0, int take = 50)
    {
        await store.CheckAsync(id, cancellation);
        var page = await reader.SamplesAsync(id, task, step, example, split, skip, take, cancellation);
        return new([.. page.Items.Select(SampleView.Of)], page.Total, skip, take);
    }

    private static async Task<IReadOnlyList<ScoreView>> ScoresAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation, string? split = null, string? task = null)
    {
        await store.CheckAsync(id, cancellation);
        return [.. (await reader.ScoresAsync(id, split, task, cancellation)).Select(row => new ScoreView(row.Step, row.Split, row.Task, row.Metric, row.Score, row.Examples))];
    }

    private static async Task<ApiSlice<LogView>> LogAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation, long after = 0, int take = 200)
    {
        await store.CheckAsync(id, cancellation);
        var page = await reader.LogAsync(id, after, take, cancellation);
        return new([.. page.Items.Select(line => new LogView(line.Seq, line.Time.ToUnixTimeMilliseconds(), line.Level, line.Message))],
            page.Items.Count > 0 ? page.Items[^1].Seq : after, page.Total > page.Items.Count);
    }

    private static async Task<IReadOnlyList<AlarmView>> AlarmsAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation)
    {
        await store.CheckAsync(id, cancellation);
        return [.. (await reader.AlarmsAsync(id, cancellation)).Select(alarm => new AlarmView(alarm.Seq, alarm.Time.ToUnixTimeMilliseconds(), alarm.Step, alarm.Kind, alarm.Task, alarm.Message))];
    }

    private static async Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(long id, RunStore store, RunReader reader, CancellationToken cancellation)
    {
        await store.CheckAsync(id, cancellation);
        return
        [
            .. (await reader.CheckpointsAsync(id, cancellation)).Select(checkpoint => new CheckpointView(checkpoint.Step, checkpoint.Path, checkpoint.Bytes,
                checkpoint.Keeps.Split(' ', StringSplitOptions.RemoveEmptyEntries), checkpoint.Time.ToUnixTimeMilliseconds(), checkpoint.PauseSeconds)),
        ];
    }
}
