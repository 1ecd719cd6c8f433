using MtlStudio.Store;
using MtlStudio.Web.Retention;

namespace MtlStudio.Web.Api.Settings;

/// <summary>What may go, what would go now, and letting it go.</summary>
internal static class RetentionRoutes
{
    public static void MapRetention(this IEndpointRouteBuilder settings)
    {
        var retention = settings.MapGroup("/retention");
        retention.MapGet("", (RetentionWork work, CancellationToken cancellation) => work.RulesAsync(cancellation)).WithSummary("The rules by which checkpoints and archived runs may go. Nothing goes by itself.").RequireAuthorization(StudioPolicies.Read);
        retention.MapPut("", SetAsync).WithSummary("Sets the rules.").RequireAuthorization(StudioPolicies.Admin);
        retention.MapGet("/plan", PlanAsync).WithSummary("What the rules would let go now, and the room that it frees.").RequireAuthorization(StudioPolicies.Read);
        retention.MapPost("/run", RunAsync).WithSummary("Lets go what the rules name now, in the background. 409 where a clean-up is going on.").RequireAuthorization(StudioPolicies.Admin)
            .Produces<RetentionProgress>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);
        retention.MapGet("/progress", (RetentionWork work) => work.Progress).WithSummary("How far the clean-up is.").RequireAuthorization(StudioPolicies.Read);
    }

    private static async Task<RetentionRules> SetAsync(RetentionRules rules, RetentionWork work, CancellationToken cancellation)
    {
        await work.SetRulesAsync(rules, cancellation);
        return rules;
    }

    private static async Task<RetentionPlanView> PlanAsync(RetentionWork work, CancellationToken cancellation)
    {
        var plan = await work.PlanAsync(cancellation);
        return new(plan.Bytes, plan.Items);
    }

    private static async Task<IResult> RunAsync(RetentionWork work, CancellationToken cancellation) => work.Begin(await work.PlanAsync(cancellation))
        ? Results.Accepted($"{StudioApi.Root}/settings/retention/progress", work.Progress)
        : Results.Problem("A clean-up is going on: wait until it is done.", statusCode: StatusCodes.Status409Conflict);
}

/// <param name="Bytes">Room that is freed, all items together.</param>
public sealed record RetentionPlanView(long Bytes, IReadOnlyList<RetentionItem> Items);
