using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Tables of runs that were saved under a name.</summary>
internal static class RunTableViewRoutes
{
    public static void MapRunTableViews(this IEndpointRouteBuilder api)
    {
        var views = api.MapGroup("/views").WithTags("Views");
        views.MapGet("", ListAsync).RequireAuthorization(StudioPolicies.Read).WithSummary("The saved views of the table of runs, by name.");
        views.MapGet("/{id:long}", GetAsync).RequireAuthorization(StudioPolicies.Read).Produces<SavedView>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One saved view.");
        views.MapPost("", CreateAsync).RequireAuthorization(StudioPolicies.Act).Produces<SavedView>(StatusCodes.Status201Created).WithSummary("Saves a view under a new name.");
        views.MapPatch("/{id:long}", ChangeAsync).RequireAuthorization(StudioPolicies.Act).Produces<SavedView>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Renames a view, changes what it shows, or makes it the one that the page opens with; what is left out stays.");
        views.MapDelete("/{id:long}", DeleteAsync).RequireAuthorization(StudioPolicies.Act).Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Deletes a view; the runs stay.");
    }

    private static async Task<IReadOnlyList<SavedView>> ListAsync(RunTableViews views, CancellationToken cancellation) => [.. (await views.AllAsync(cancellation)).Select(SavedView.Of)];

    private static async Task<IResult> GetAsync(long id, RunTableViews views, CancellationToken cancellation) =>
        await views.FindAsync(id, cancellation) is { } view ? Results.Ok(SavedView.Of(view)) : Missing(id);

    private static async Task<IResult> CreateAsync(NewView given, RunTableViews views, CancellationToken cancellation)
    {
        var view = await views.CreateAsync(given.Name ?? "", given.State ?? new(), given.IsDefault, cancellation);
        return Results.Created($"{StudioApi.Root}/views/{view.Id}", SavedView.Of(view));
    }

    private static async Task<IResult> ChangeAsync(long id, ViewEdit given, RunTableViews views, CancellationToken cancellation) =>
        await views.ChangeAsync(id, given.Name, given.State, given.IsDefault, cancellation) is { } view ? Results.Ok(SavedView.Of(view)) : Missing(id);

    private static async Task<IResult> DeleteAsync(long id, RunTableViews views, CancellationToken cancellation) =>
        await views.DeleteAsync(id, cancellation) ? Results.NoContent() : Missing(id);

    private static IResult Missing(long id) => Results.Problem($"There is no view {id}.", statusCode: StatusCodes.Status404NotFound);
}

/// <param name="IsDefault">True for the one that the page opens with.</param>
public sealed record NewView(string? Name, RunTableState? State, bool IsDefault = false);

/// <summary>Null leaves a value as it is.</summary>
public sealed record ViewEdit(string? Name = null, RunTableState? State = null, bool? IsDefault = null);

/// <param name="Href">The page that shows it.</param>
public sealed record SavedView(long Id, string Name, RunTableState State, bool IsDefault, long CreatedAt, long UpdatedAt, string Href)
{
    internal static SavedView Of(RunTableView view) => new(view.Id, view.Name, RunTableViews.StateOf(view), view.IsDefault,
        view.CreatedAt.ToUnixTimeMilliseconds(), view.UpdatedAt.ToUnixTimeMilliseconds(), $"/runs?view={view.Id}");
}
