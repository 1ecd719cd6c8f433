using Microsoft.AspNetCore.Authorization;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Api.Library;

/// <summary>What files are, before anything is imported.</summary>
internal static class DetectRoutes
{
    public static void MapDetect(this IEndpointRouteBuilder api)
    {
        var limits = api.ServiceProvider.GetRequiredService<StudioOptions>().Limits;
        api.MapPost("/detect", DetectAsync).WithTags("Datasets").WithMetadata(new UploadLimit(limits.UploadBytes))
            .WithSummary("Guesses what files are: how they are read, which are splits of one dataset, columns, task, template, metrics, with reasons and faults. Nothing is kept. Send files (multipart/form-data, 1 to 50), or {\"path\": …} (application/json) for a file or folder of the studio's machine.")
            .Accepts<IFormFile>("multipart/form-data", "application/json").Produces<DetectionResult>().ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireAuthorization(StudioPolicies.Act);
    }

    private static async Task<IResult> DetectAsync(HttpRequest request, UploadReader reader, IAuthorizationService authorization, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            using var upload = await reader.ReadAsync(request, cancellation);
            return await AnswerAsync([.. upload.Files.Select(file => new DetectFile(file.Path, file.Folder.Length > 0 ? $"{file.Folder}/{file.Name}" : file.Name))], cancellation);
        }
        // Which files of this machine there are is nothing for everyone who may send their own.
        if (!(await authorization.AuthorizeAsync(request.HttpContext.User, null, StudioPolicies.Admin)).Succeeded)
            return Results.Problem("Files of the studio's machine are for its administrators: send files instead.", statusCode: StatusCodes.Status403Forbidden);
        var body = await request.ReadFromJsonAsync<DetectPath>(cancellation) ?? new DetectPath();
        if (!Path.IsPathFullyQualified(body.Path)) throw new InvalidInputException("path", $"\"{body.Path}\" is no full path: give the full path of a file or folder on the studio's machine");
        return await AnswerAsync(FilesOfPath.Find(body.Path), cancellation);
    }

    private static async Task<IResult> AnswerAsync(IReadOnlyList<DetectFile> files, CancellationToken cancellation) =>
        Results.Ok(await Task.Run(() => DatasetDetector.Detect(files, cancellation), cancellation));
}

/// <param name="Path">The full path of a file or folder on the studio's machine.</param>
public sealed record DetectPath(string Path = "");
