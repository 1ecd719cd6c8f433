using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Api.Library;
using MtlStudio.Web.Supervision.Exports;

namespace MtlStudio.Web.Api.Runs;

/// <summary>A run's checkpoints as others load them: written by the trainer, downloaded, used as a model.</summary>
internal static class RunExportRoutes
{
    public static void MapRunExports(this IEndpointRouteBuilder api)
    {
        var run = api.MapGroup("/runs/{id:long}").WithTags("Exports").ProducesProblem(StatusCodes.Status404NotFound);
        run.MapPost("/export", StartAsync).RequireAuthorization(StudioPolicies.Act).Produces<ExportView>(StatusCodes.Status202Accepted)
            .WithSummary("Writes a checkpoint as a PEFT adapter or, merged, as a whole model in Hugging Face layout, with a model card. One that stands already is answered at once.");
        run.MapGet("/exports", ListAsync).RequireAuthorization(StudioPolicies.Read).WithSummary("The run's exports, the newest first, with progress and time left of those that are being written.");
        run.MapGet("/exports/{name}", GetAsync).RequireAuthorization(StudioPolicies.Read).WithSummary("One export.").Produces<ExportView>();
        run.MapGet("/exports/{name}/download", DownloadAsync).RequireAuthorization(StudioPolicies.Read).WithSummary("The export's files as one zip or tar.")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip").Produces(StatusCodes.Status200OK, contentType: "application/x-tar");
        run.MapPost("/exports/{name}/model", UseAsync).RequireAuthorization(StudioPolicies.Act).Produces<ModelView>(StatusCodes.Status201Created)
            .WithSummary("Copies an exported model into the library, so that runs can start from it.");
        run.MapDelete("/exports/{name}", DeleteAsync).RequireAuthorization(StudioPolicies.Act).Produces(StatusCodes.Status204NoContent).WithSummary("Deletes an export; one that is being written ends.");
    }

    private static async Task<IResult> StartAsync(long id, ExportWish wish, ExportCommands exports, TimeProvider clock, CancellationToken cancellation)
    {
        var status = await exports.StartAsync(id, wish.Step(), wish.Merged, cancellation);
        return Results.Accepted($"{StudioApi.Root}/runs/{id}/exports/{status.Record.Name}", ExportView.Of(id, status, clock.GetUtcNow()));
    }

    private static async Task<IReadOnlyList<ExportView>> ListAsync(long id, ExportCommands exports, TimeProvider clock, CancellationToken cancellation) =>
        [.. (await exports.ListAsync(id, cancellation)).Select(status => ExportView.Of(id, status, clock.GetUtcNow()))];

    private static async Task<IResult> GetAsync(long id, string name, ExportCommands exports, RunStore runs, TimeProvider clock, CancellationToken cancellation)
    {
        await runs.GetAsync(id, cancellation);
        return exports.Find(id, name) is { } status ? Results.Ok(ExportView.Of(id, status, clock.GetUtcNow())) : Missing(id, name);
    }

    private static async Task<IResult> DownloadAsync(long id, string name, ExportCommands exports, RunStore runs, HttpContext context, CancellationToken cancellation, string format = "zip")
    {
        if (format is not ("zip" or "tar")) throw new InvalidInputException("format", $"Format must be zip or tar (you gave \"{format}\")");
        await runs.GetAsync(id, cancellation);
        if (exports.FolderOf(id, name) is not { } folder) return Missing(id, name);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (path, $"{name}/{Path.GetRelativePath(folder, path).Replace('\\', '/')}")).ToList();
        return Results.Stream(stream => format == "zip" ? ZipAsync(stream, files, context, cancellation) : TarAsync(stream, files, cancellation),
            format == "zip" ? "application/zip" : "application/x-tar", $"run-{id}-{name}.{format}");
    }

    private static async Task<IResult> UseAsync(long id, string name, ExportCommands exports, CancellationToken cancellation)
    {
        if (exports.Find(id, name) is null) return Missing(id, name);
        var model = await exports.UseAsModelAsync(id, name, cancellation);
        return Results.Created($"{StudioApi.Root}/models/{ModelDetails.Of(model).Hash}", new ModelView(model.Version.Hash, ModelDetails.Of(model)));
    }

    private static async Task<IResult> DeleteAsync(long id, string name, ExportCommands exports, RunStore runs, CancellationToken cancellation)
    {
        await runs.GetAsync(id, cancellation);
        if (exports.Find(id, name) is null) return Missing(id, name);
        await exports.DeleteAsync(id, name, cancellation);
        return Results.NoContent();
    }

    private static IResult Missing(long id, string name) => Results.Problem($"Run {id} has no export \"{name}\" that is whole.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>Stored, not packed: weights do not get smaller.</summary>
    private static async Task ZipAsync(Stream stream, IReadOnlyList<(string Path, string Name)> files, HttpContext context, CancellationToken cancellation)
    {
        // The archive's small heads and its directory are written without await, whatever is asked for.
        if (context.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        foreach (var (path, name) in files) await zip.CreateEntryFromFileAsync(path, name, CompressionLevel.NoCompression, cancellation);
    }

    private static async Task TarAsync(Stream stream, IReadOnlyList<(string Path, string Name)> files, CancellationToken cancellation)
    {
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (path, name) in files) await tar.WriteEntryAsync(path, name, cancellation);
    }
}
