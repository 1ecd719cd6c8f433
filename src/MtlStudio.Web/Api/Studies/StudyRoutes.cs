using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Api.Studies;

/// <summary>Runs that belong together: all weighting policies on one mix, or the three of DoReMi that find shares.</summary>
internal static class StudyRoutes
{
    public static void MapStudies(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("/studies").WithTags("Studies").RequireAuthorization(StudioPolicies.Read);
        read.MapGet("", ListAsync).WithSummary("A page of studies, the newest first.");
        read.MapGet("/{id:long}", GetAsync).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("One study: its runs, and for each policy the candidate that validation chose, with Δm and each task's difference beside the reference (baseline, untuned or a run's number) and the time of a step. Of kind doremi: its stages, and each task's share before and after.");

        var act = api.MapGroup("/studies").WithTags("Studies").RequireAuthorization(StudioPolicies.Act);
        act.MapPost("/plan", PlanAsync).Accepts<PolicyStudy>("application/json")
            .WithSummary("What the study in the body would queue and take: runs, those that stand already, baselines, time. Nothing is queued.");
        act.MapPost("", LaunchAsync).Accepts<PolicyStudy>("application/json").Produces<StudyAnswer>(StatusCodes.Status201Created)
            .WithSummary("Queues a study: the spec under each policy with each rate and seed, sets of fixed loss weights among them, with single-task baselines. Equal runs that stand are taken in. All is queued or nothing. Of kind doremi: the reference run is queued, proxy and final run follow when the one before has finished.");
        var one = act.MapGroup("/{id:long}").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/resume", ResumeAsync).Produces<StudyMoved>(StatusCodes.Status202Accepted).WithSummary("Queues what is missing: deleted runs anew, failed, stopped and paused ones from their checkpoints.");
        one.MapPost("/stop", StopAsync).Produces<StudyMoved>(StatusCodes.Status202Accepted).WithSummary("Stops what waits or trains and the study queued itself; runs that others have too go on.");
        one.MapDelete("", DeleteAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Deletes the study; its runs stay. With runs=true those that it queued and nothing else has go too; one that trains must be stopped first.");
    }

    private static async Task<ApiPage<StudySummary>> ListAsync(StudyStore studies, StudyReader reader, CancellationToken cancellation, int skip = 0, int take = 50)
    {
        PageBounds.Check(skip, take);
        var page = await studies.ListAsync(skip, take, cancellation);
        var items = new List<StudySummary>();
        foreach (var study in page.Items) items.Add(StudySummary.Of(study, await reader.RunsAsync(study.Id, cancellation)));
        return new(items, page.Total, skip, take);
    }

    private static async Task<StudyView> GetAsync(long id, StudyStore studies, StudyReader reader, ShareStudyReader shares, CancellationToken cancellation, string? reference = null)
    {
        var choice = Reference(reference);
        return (await studies.GetAsync(id, cancellation)).IsOfShares ? StudyView.Of(await shares.ReadAsync(id, cancellation)) : StudyView.Of(await reader.ReadAsync(id, choice, cancellation));
    }

    private static async Task<StudyPlanView> PlanAsync(HttpRequest request, StudyCommands commands, ShareStudyCommands shares, StudyCosts costs, CancellationToken cancellation)
    {
        var study = StudyReading.Read(await SpecBody.TextAsync(request, cancellation));
        if (study.Shares is { } wanted)
        {
            await shares.CheckAsync(wanted, cancellation);
            return StudyPlanView.Of(wanted, await costs.OfAsync(wanted, cancellation));
        }
        var plan = await commands.PlanAsync(study.Policies!, cancellation);
        return StudyPlanView.Of(plan, await costs.OfAsync(study.Policies!, plan, cancellation));
    }

    private static async Task<IResult> LaunchAsync(HttpRequest request, StudyCommands commands, ShareStudyCommands shares, CancellationToken cancellation, int priority = 0)
    {
        var study = StudyReading.Read(await SpecBody.TextAsync(request, cancellation));
        var launched = study.Shares is { } wanted ? await shares.LaunchAsync(wanted, priority, cancellation) : await commands.LaunchAsync(study.Policies!, priority, cancellation);
        return Results.Created($"{StudioApi.Root}/studies/{launched.Study.Id}", new StudyAnswer(launched.Study.Id, launched.Study.Name,
            launched.Runs.Count(one => !one.Reused), launched.Runs.Count(one => one.Reused), launched.Runs.SelectMany(one => one.Baselines).Where(one => !one.Reused).Select(one => one.RunId).Distinct().Count()));
    }

    private static async Task<IResult> ResumeAsync(long id, StudyCommands commands, CancellationToken cancellation) =>
        Results.Accepted($"{StudioApi.Root}/studies/{id}", new StudyMoved(id, await commands.ResumeAsync(id, cancellation)));

    private static async Task<IResult> StopAsync(long id, StudyCommands commands, CancellationToken cancellation) =>
        Results.Accepted($"{StudioApi.Root}/studies/{id}", new StudyMoved(id, await commands.StopAsync(id, cancellation)));

    private static async Task<IResult> DeleteAsync(long id, StudyCommands commands, CancellationToken cancellation, bool runs = false)
    {
        await commands.DeleteAsync(id, runs, cancellation);
        return Results.NoContent();
    }

    private static ReferenceChoice? Reference(string? given) => given is null ? null
        : ReferenceChoice.Parse(given) ?? throw new InvalidInputException("reference", $"Reference must be baseline, untuned or a run's number (you gave \"{given}\")");
}
