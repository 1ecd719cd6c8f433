using MtlStudio.Store;

namespace MtlStudio.Web.Api.Library;

internal static class BackupRoutes
{
    public static void MapBackup(this IEndpointRouteBuilder api) =>
        api.MapPost("/backup", BackupAsync).WithTags("Studio").WithSummary("Writes a consistent copy of the database into the data folder's backups, while everything works on. Datasets, models and runs' files are immutable or append-only: copy them as files.")
            .Produces<BackupView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Admin);

    private static async Task<IResult> BackupAsync(StudioDatabase database, CancellationToken cancellation)
    {
        var path = await database.BackupAsync(cancellation: cancellation);
        return Results.Created((string?)null, new BackupView(path, new FileInfo(path).Length));
    }
}

/// <param name="Path">On the studio's machine.</param>
public sealed record BackupView(string Path, long Bytes);
