using MtlStudio.Core.IO;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>The files of a run's folder: spec, events, log, checkpoints, adapters.</summary>
internal static class RunFileRoutes
{
    public static void MapRunFiles(this IEndpointRouteBuilder api)
    {
        var run = api.MapGroup("/runs/{id:long}").WithTags("Run files").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        run.MapGet("/artifacts", ListAsync).WithSummary("A page of the run's files.");
        run.MapGet("/artifacts/{**path}", GetAsync).WithSummary("One file; ranges are served.").Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    private static async Task<ApiPage<ArtifactView>> ListAsync(long id, RunStore store, DataFolder data, CancellationToken cancellation, int skip = 0, int take = 200)
    {
        PageBounds.Check(skip, take);
        await store.GetAsync(id, cancellation);
        return PageBounds.Cut([.. RunFiles.List(data.Run(id)).Select(file => ArtifactView.Of(id, file))], skip, take);
    }

    private static async Task<IResult> GetAsync(long id, string path, RunStore store, DataFolder data, CancellationToken cancellation)
    {
        await store.GetAsync(id, cancellation);
        // As an attachment of no known type: a file of a run is never run by the browser as a page of the studio.
        return RunFiles.Find(data.Run(id), path) is { } file
            ? Results.File(file.FullPath, "application/octet-stream", Path.GetFileName(file.Path), enableRangeProcessing: true)
            : Results.Problem($"Run {id} has no file \"{path}\".", statusCode: StatusCodes.Status404NotFound);
    }
}

/// <param name="Path">Relative to the run's folder, with '/'.</param>
/// <param name="ModifiedAt">UTC, milliseconds since 1970.</param>
/// <param name="Href">Where to get it.</param>
public sealed record ArtifactView(string Path, long Bytes, long ModifiedAt, string Href)
{
    internal static ArtifactView Of(long run, RunFile file) => new(file.Path, file.Bytes, file.ModifiedAt.ToUnixTimeMilliseconds(),
        $"{StudioApi.Root}/runs/{run}/artifacts/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");
}
