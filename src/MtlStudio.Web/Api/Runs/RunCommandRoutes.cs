using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Api.Runs;

/// <summary>What is done with runs. A command answers once the wish is in the store; what follows comes as the run's next states.</summary>
internal static class RunCommandRoutes
{
    public static void MapRunCommands(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs").RequireAuthorization(StudioPolicies.Act);
        runs.MapPost("", LaunchAsync).Accepts<RunSpec>("application/json").Produces<RunAnswer>(StatusCodes.Status201Created)
            .WithSummary("Queues a run of the RunSpec in the body. It names data and models by content hash. With baselines=true the single-task baselines are queued too; equal ones that stand are reused. With seeds=N it is queued under its own seed and the N − 1 that follow, each named by its seed and all with one tag; id and state are then the first one's. All is queued or nothing.");
        runs.MapPut("/order", ReorderAsync).Produces(StatusCodes.Status204NoContent).WithTags("Queue")
            .WithSummary("Lets the named queued runs stand in the given order, in the places that they hold together now.");

        var run = runs.MapGroup("/{id:long}").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        Move(run, "stop", "Ends the run with a checkpoint; one that waits or is paused, at once.", (commands, id, token) => commands.StopAsync(id, token));
        Move(run, "pause", "Saves a checkpoint and frees the device.", (commands, id, token) => commands.PauseAsync(id, token));
        Move(run, "resume", "Queues a paused run, to go on from its checkpoint.", (commands, id, token) => commands.ResumeAsync(id, token));
        Move(run, "retry", "Queues a failed or stopped run, to go on from its checkpoint where it has one.", (commands, id, token) => commands.RetryAsync(id, token));
        run.MapPost("/clone", CloneAsync).Produces<RunAnswer>(StatusCodes.Status201Created).WithSummary("Queues a new run of the same spec, under another name if one is given.");
        run.MapPost("/baselines", BaselinesAsync).Produces<RunAnswer>(StatusCodes.Status202Accepted).WithSummary("Queues the single-task baselines that do not stand yet, and tells which run answers for each task.");
        run.MapPatch("", EditAsync).WithSummary("Changes name, note, tags, priority or archived; what is left out stays.");
        run.MapDelete("", DeleteAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Deletes the run: nothing shows it any more, and its rows and files go a few seconds later. One that trains must be stopped first.");
        run.MapPost("/restore", RestoreAsync).Produces<RunAnswer>().WithSummary("Brings a run back, as it was, within the seconds after it was deleted.");
    }

    private static void Move(IEndpointRouteBuilder run, string verb, string summary, Func<RunCommands, long, CancellationToken, Task<Run>> move) =>
        run.MapPost($"/{verb}", async (long id, RunCommands commands, CancellationToken cancellation) =>
        {
            var moved = await move(commands, id, cancellation);
            return Results.Accepted(Address(id), new RunAnswer(moved.Id, moved.State));
        }).Produces<RunAnswer>(StatusCodes.Status202Accepted).WithSummary(summary);

    private static async Task<IResult> LaunchAsync(HttpRequest request, RunCommands commands, DataFolder data, CancellationToken cancellation, bool baselines = false, int priority = 0, int seeds = 1)
    {
        if (priority is < -1000 or > 1000) throw new InvalidInputException("priority", $"Priority must be -1000 to 1000 (you gave {priority})");
        var spec = await SpecBody.ReadAsync(request, data, cancellation);
        if (baselines && spec.Baseline is not null) throw new InvalidInputException("baselines", "The spec is itself a baseline: launch it without baselines");
        var launched = await commands.LaunchAllAsync(spec, seeds, baselines, priority, cancellation);
        var first = launched[0].Run;
        return Results.Created(Address(first.Id), new RunAnswer(first.Id, first.State, baselines ? launched[0].Baselines : null,
            seeds == 1 ? null : [.. launched.Select(one => new SeedRunView(one.Run.Id, one.Run.ReadSpec().Seed, one.Run.State, baselines ? one.Baselines : null))]));
    }

    private static async Task<IResult> CloneAsync(long id, RunCommands commands, CancellationToken cancellation, string? name = null)
    {
        var run = await commands.CloneAsync(id, name, cancellation);
        return Results.Created(Address(run.Id), new RunAnswer(run.Id, run.State));
    }

    private static async Task<IResult> BaselinesAsync(long id, RunCommands commands, RunStore store, CancellationToken cancellation)
    {
        var chosen = await commands.EnsureBaselinesAsync(id, cancellation);
        return Results.Accepted($"{Address(id)}/baselines", new RunAnswer(id, (await store.GetAsync(id, cancellation)).State, chosen));
    }

    private static async Task<IResult> ReorderAsync(RunOrder order, RunCommands commands, CancellationToken cancellation)
    {
        await commands.ReorderAsync(order.Ids ?? throw new InvalidInputException("ids", "It is missing: name the queued runs in their new order"), cancellation);
        return Results.NoContent();
    }

    private static async Task<RunView> EditAsync(long id, RunEdit edit, RunCommands commands, RunMoves moves, RunStore store, RunQueue queue, CancellationToken cancellation)
    {
        edit.Check();
        moves.Announce(await store.UpdateAsync(id, edit.Apply, cancellation));
        if (edit.Priority is { } priority) await commands.SetPriorityAsync(id, priority, cancellation);
        return RunView.Of(await store.GetAsync(id, cancellation), await queue.WaitReasonsAsync(cancellation));
    }

    private static async Task<IResult> DeleteAsync(long id, RunCommands commands, CancellationToken cancellation)
    {
        await commands.DeleteAsync(id, cancellation);
        return Results.NoContent();
    }

    private static async Task<RunAnswer> RestoreAsync(long id, RunCommands commands, CancellationToken cancellation)
    {
        var run = await commands.RestoreAsync(id, cancellation);
        return new(run.Id, run.State);
    }

    private static string Address(long id) => $"{StudioApi.Root}/runs/{id}";
}

/// <param name="Ids">Queued runs, the first one first.</param>
public sealed record RunOrder(IReadOnlyList<long>? Ids);
