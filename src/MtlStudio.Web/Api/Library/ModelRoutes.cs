using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Api.Library;

/// <summary>Checkpoint folders (Hugging Face layout) that runs start from, named by their content.</summary>
internal static class ModelRoutes
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        var limits = api.ServiceProvider.GetRequiredService<StudioOptions>().Limits;
        var models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("", List).WithSummary("A page of models, by name.").RequireAuthorization(StudioPolicies.Read);
        models.MapGet("/{hash}", Get).WithSummary("One model.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        models.MapPost("", UploadAsync).WithMetadata(new UploadLimit(limits.UploadBytes)).Accepts<IFormFile>("multipart/form-data")
            .WithSummary("Uploads a model's files (multipart/form-data): config.json, *.safetensors, tokenizer files. A field `name` may say what lists call it.")
            .Produces<ModelView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
        models.MapPost("/register", RegisterAsync).WithSummary("Copies a model's folder of the studio's own machine into the data folder.")
            .Produces<ModelView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Admin);
    }

    private static ApiPage<ModelManifest> List(DataFolder data, string? text = null, int skip = 0, int take = 50)
    {
        PageBounds.Check(skip, take);
        return PageBounds.Cut([.. ModelImporter.List(data).Where(one => string.IsNullOrWhiteSpace(text) || one.Name.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase))], skip, take);
    }

    private static IResult Get(string hash, DataFolder data) => ContentHash.Find(hash, data.Models) is { } folder
        ? Results.Ok(ModelImporter.ReadManifest(folder))
        : Results.Problem($"There is no model \"{hash}\".", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> UploadAsync(HttpRequest request, UploadReader reader, DataFolder data, TimeProvider clock, CancellationToken cancellation)
    {
        using var upload = await reader.ReadAsync(request, cancellation);
        var folder = Directory.CreateDirectory(Path.Combine(upload.Folder, "model")).FullName;
        foreach (var file in upload.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (File.Exists(path)) throw new InvalidInputException(file.Name, $"\"{file.Name}\" is sent twice: send each file once");
            File.Move(file.Path, path);
        }
        return await ImportAsync(folder, upload.Values.GetValueOrDefault("name", ""), "The form", data, clock, cancellation);
    }

    private static async Task<IResult> RegisterAsync(ModelFolder model, DataFolder data, TimeProvider clock, CancellationToken cancellation)
    {
        if (!Path.IsPathFullyQualified(model.Path)) throw new InvalidInputException("path", $"\"{model.Path}\" is no full path: give the folder's full path on the studio's machine");
        if (!Directory.Exists(model.Path)) throw new InvalidInputException("path", $"There is no folder {model.Path} on the studio's machine");
        return await ImportAsync(model.Path, model.Name, model.Path, data, clock, cancellation);
    }

    private static async Task<IResult> ImportAsync(string folder, string name, string said, DataFolder data, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            var manifest = await Task.Run(() => ModelImporter.Import(folder, data, name, clock, cancellation), cancellation);
            return Results.Created($"{StudioApi.Root}/models/{manifest.Hash}", new ModelView(manifest.Reference, manifest));
        }
        catch (InvalidInputException fault) when (said != folder)
        {
            // Where the files lay on their way in is nothing to the sender.
            throw new InvalidInputException([.. fault.Errors.Select(error => error with { Message = error.Message.Replace(folder, said, StringComparison.Ordinal) })]);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidInputException("path", $"{said} cannot be read by the studio's user: change its rights");
        }
    }
}

/// <param name="Path">The folder's full path on the studio's machine.</param>
/// <param name="Name">What lists call it; empty: the folder's name.</param>
public sealed record ModelFolder(string Path = "", string Name = "");

/// <param name="Reference">How a spec names it: "sha256:…".</param>
public sealed record ModelView(string Reference, ModelManifest Model);
