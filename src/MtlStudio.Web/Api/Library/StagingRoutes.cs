using MtlStudio.Web.Hosting;
using MtlStudio.Web.Staging;

namespace MtlStudio.Web.Api.Library;

/// <summary>Files that are sent one by one, looked at, and only then imported.</summary>
internal static class StagingRoutes
{
    public static void MapUploads(this IEndpointRouteBuilder api)
    {
        var limits = api.ServiceProvider.GetRequiredService<StudioOptions>().Limits;
        var uploads = api.MapGroup("/uploads").WithTags("Datasets");
        uploads.MapPost("", (StagedUploads staged) => staged.Create() is var made ? Results.Created($"{StudioApi.Root}/uploads/{made.Id}", made) : null)
            .WithSummary("Begins an upload: files are put into it one by one, and stay a day after they were last looked at.")
            .Produces<StagedUpload>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
        uploads.MapGet("/{id}", (string id, StagedUploads staged) => staged.Get(id)).WithSummary("The files of an upload.")
            .ProducesProblem(StatusCodes.Status404NotFound).RequireAuthorization(StudioPolicies.Act);
        uploads.MapPut("/{id}/files", async (string id, string name, HttpRequest request, StagedUploads staged, CancellationToken cancellation) => await staged.AddAsync(id, name, request.Body, cancellation))
            .WithMetadata(new UploadLimit(limits.UploadBytes)).Accepts<Stream>("application/octet-stream")
            .WithSummary("Puts one file into an upload: its bytes are the body, its name is in the query and may have a folder before it (\"spam/train.tsv\"). A name that stands is taken anew.")
            .ProducesProblem(StatusCodes.Status404NotFound).RequireAuthorization(StudioPolicies.Act);
        uploads.MapDelete("/{id}/files/{number:int}", (string id, int number, StagedUploads staged) =>
        {
            staged.Remove(id, number);
            return Results.NoContent();
        }).WithSummary("Throws one file away.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).RequireAuthorization(StudioPolicies.Act);
        uploads.MapDelete("/{id}", (string id, StagedUploads staged) =>
        {
            staged.Remove(id);
            return Results.NoContent();
        }).WithSummary("Throws an upload away.").Produces(StatusCodes.Status204NoContent).RequireAuthorization(StudioPolicies.Act);
    }
}
