using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Api.Library;

/// <summary>Kept checkpoint folders (Hugging Face layout) that runs start from; a version is named by its content.</summary>
internal static class ModelRoutes
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        var limits = api.ServiceProvider.GetRequiredService<StudioOptions>().Limits;
        var models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("", ListAsync).WithSummary($"A page of models, each in its newest version. sort is one of {string.Join(", ", LibraryReader.SortKeys)}; size is parameters.").RequireAuthorization(StudioPolicies.Read);
        models.MapGet("/{id}", GetAsync).WithSummary("One model: by its number in its newest version (or the one that version names), or by a version's content hash.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        models.MapPost("", UploadAsync).WithMetadata(new UploadLimit(limits.UploadBytes)).Accepts<IFormFile>("multipart/form-data")
            .WithSummary("Uploads a model's files (multipart/form-data): config.json, *.safetensors, tokenizer files; or one zip of its folder. A field `name` may say what lists call it; a name that stands gets its next version.")
            .Produces<ModelView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
        models.MapPost("/{id:long}/versions", UploadVersionAsync).WithMetadata(new UploadLimit(limits.UploadBytes)).Accepts<IFormFile>("multipart/form-data").WithSummary("Uploads a model's files, or one zip of them, as its next version.")
            .Produces<ModelView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);
        models.MapPost("/register", RegisterAsync).WithSummary("Copies a model's folder of the studio's own machine into the data folder.")
            .Produces<ModelView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Admin);
        models.MapShelf(LibraryKind.Model, async (services, id, version, cancellation) => ModelDetails.Of(await services.GetRequiredService<ModelLibrary>().GetAsync(id, version, cancellation)));
    }

    private static async Task<ApiPage<ModelDetails>> ListAsync(
        ModelLibrary library, CancellationToken cancellation, string? text = null, string? archived = null, string sort = "name", string order = "asc", int skip = 0, int take = 50)
    {
        var page = await library.ListAsync(LibraryCalls.Filter(text, archived, sort, order, skip, take), cancellation);
        return new([.. page.Items.Select(ModelDetails.Of)], page.Total, skip, take);
    }

    private static async Task<ModelDetails> GetAsync(string id, ModelLibrary library, CancellationToken cancellation, int? version = null) => ModelDetails.Of(LibraryCalls.Hash(id) is { } hash
        ? await library.FindAsync(hash, cancellation) ?? throw new LibraryNotFoundException(LibraryKind.Model, $"\"{id}\"")
        : await library.GetAsync(LibraryCalls.Id(LibraryKind.Model, id), version, cancellation));

    private static Task<IResult> UploadAsync(HttpRequest request, UploadReader reader, ModelLibrary library, StudioOptions options, CancellationToken cancellation) => KeepAsync(request, null, reader, library, options, cancellation);

    private static async Task<IResult> UploadVersionAsync(long id, HttpRequest request, UploadReader reader, ModelLibrary library, StudioOptions options, CancellationToken cancellation)
    {
        await library.GetAsync(id, cancellation: cancellation);
        return await KeepAsync(request, id, reader, library, options, cancellation);
    }

    private static async Task<IResult> KeepAsync(HttpRequest request, long? into, UploadReader reader, ModelLibrary library, StudioOptions options, CancellationToken cancellation)
    {
        using var upload = await reader.ReadAsync(request, cancellation);
        var folder = Directory.CreateDirectory(Path.Combine(upload.Folder, "model")).FullName;
        var name = upload.Values.GetValueOrDefault("name", "");
        if (upload.Files.FirstOrDefault(file => ModelArchive.Is(file.Name)) is not { } zip)
        {
            PutTogether(upload.Files, folder);
            return await ImportAsync(folder, name, into, "The form", library, cancellation);
        }
        if (upload.Files.Count > 1) throw new InvalidInputException(zip.Name, "A zip is sent alone: send it without other files, or the files without it");
        await Task.Run(() => ModelArchive.Unpack(zip.Path, folder, zip.Name, options.Limits.UploadBytes, cancellation), cancellation);
        return await ImportAsync(folder, name.Length > 0 ? name : Path.GetFileNameWithoutExtension(zip.Name), into, zip.Name, library, cancellation);
    }

    private static void PutTogether(IEnumerable<UploadedFile> files, string folder)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            if (File.Exists(path)) throw new InvalidInputException(file.Name, $"\"{file.Name}\" is sent twice: send each file once");
            File.Move(file.Path, path);
        }
    }

    private static async Task<IResult> RegisterAsync(ModelFolder model, ModelLibrary library, CancellationToken cancellation)
    {
        if (!Path.IsPathFullyQualified(model.Path)) throw new InvalidInputException("path", $"\"{model.Path}\" is no full path: give the folder's full path on the studio's machine");
        if (!Directory.Exists(model.Path)) throw new InvalidInputException("path", $"There is no folder {model.Path} on the studio's machine");
        return await ImportAsync(model.Path, model.Name, null, model.Path, library, cancellation);
    }

    private static async Task<IResult> ImportAsync(string folder, string name, long? into, string said, ModelLibrary library, CancellationToken cancellation)
    {
        try
        {
            var (entry, _) = await library.ImportAsync(folder, name, into, cancellation);
            return Results.Created($"{StudioApi.Root}/models/{ModelDetails.Of(entry).Hash}", new ModelView(entry.Version.Hash, ModelDetails.Of(entry)));
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
