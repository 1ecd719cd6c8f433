using MtlStudio.Store;

namespace MtlStudio.Web.Api.Settings;

/// <summary>Copies of the database: making one while everything works on, fetching it, going back to it at the next start.</summary>
internal static class BackupFileRoutes
{
    public static void MapBackups(this IEndpointRouteBuilder settings)
    {
        var backups = settings.MapGroup("/backups").RequireAuthorization(StudioPolicies.Admin);
        backups.MapGet("", (StagedRestore restore) => new BackupsView([.. restore.List().Select(BackupFileView.Of)], Staged(restore))).WithSummary("The data folder's backups, the newest first, and the restore that waits for the next start.");
        backups.MapPost("", MakeAsync).WithSummary("Writes a consistent copy of the database while everything works on.").Produces<BackupFileView>(StatusCodes.Status201Created);
        backups.MapGet("/{name}", (string name, StagedRestore restore) => Results.File(restore.PathOf(name), "application/vnd.sqlite3", name)).WithSummary("The copy itself.").Produces(StatusCodes.Status200OK);
        backups.MapDelete("/{name}", Delete).WithSummary("Deletes the copy.").Produces(StatusCodes.Status204NoContent);
        backups.MapPost("/{name}/restore", StageAsync).WithSummary("Checks the copy and stages it: at the studio's next start it takes the database's place, and the answer says what that means. Nothing changes until then.")
            .Produces<RestoreView>(StatusCodes.Status202Accepted);
        settings.MapDelete("/restore", Cancel).WithSummary("Takes a staged restore back.").Produces(StatusCodes.Status204NoContent).RequireAuthorization(StudioPolicies.Admin);
    }

    private static async Task<IResult> MakeAsync(StudioDatabase database, StagedRestore restore, CancellationToken cancellation)
    {
        var name = Path.GetFileName(await database.BackupAsync(cancellation: cancellation));
        return Results.Created($"{StudioApi.Root}/settings/backups/{name}", BackupFileView.Of(restore.List().Single(file => file.Name == name)));
    }

    private static async Task<IResult> StageAsync(string name, StagedRestore restore, CancellationToken cancellation) =>
        Results.Accepted($"{StudioApi.Root}/settings/backups", RestoreView.Of(await restore.StageAsync(name, cancellation)));

    private static IResult Delete(string name, StagedRestore restore)
    {
        File.Delete(restore.PathOf(name));
        return Results.NoContent();
    }

    private static IResult Cancel(StagedRestore restore)
    {
        restore.Cancel();
        return Results.NoContent();
    }

    private static RestoreView? Staged(StagedRestore restore) => restore.Staged is { } plan ? RestoreView.Of(plan) : null;
}

/// <param name="Staged">What the next start restores, if anything.</param>
public sealed record BackupsView(IReadOnlyList<BackupFileView> Items, RestoreView? Staged);

/// <param name="Time">When it was written, UTC milliseconds since 1970.</param>
public sealed record BackupFileView(string Name, long Bytes, long Time)
{
    internal static BackupFileView Of(BackupFile file) => new(file.Name, file.Bytes, file.Time.ToUnixTimeMilliseconds());
}

/// <param name="LaterRuns">Runs launched after the copy: they will not be listed, and their files are set aside.</param>
/// <param name="Statement">What will happen, in words.</param>
public sealed record RestoreView(string Backup, long BackupTime, int Runs, IReadOnlyList<long> LaterRuns, string Statement)
{
    internal static RestoreView Of(RestorePlan plan) => new(plan.Backup, plan.BackupTime.ToUnixTimeMilliseconds(), plan.Runs, plan.LaterRuns, plan.Statement);
}
