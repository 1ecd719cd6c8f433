using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Api.Library;

/// <summary>Imported dataset versions: immutable, named by their content.</summary>
internal static class DatasetRoutes
{
    private static readonly JsonSerializerOptions Strict = new(WireJson.Compact) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var limits = api.ServiceProvider.GetRequiredService<StudioOptions>().Limits;
        var datasets = api.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapGet("", List).WithSummary("A page of dataset versions, the newest first.").RequireAuthorization(StudioPolicies.Read);
        datasets.MapGet("/{hash}", Get).WithSummary("One version: columns, splits, sources.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{hash}/rows", Rows).WithSummary("A page of rows of a split.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapPost("", ImportAsync).WithMetadata(new UploadLimit(limits.UploadBytes))
            .WithSummary("Imports files (multipart/form-data) as one immutable version. Files in the fields train, validation and test are these splits; files in any other field are divided by the split rule. A field `options` may hold ImportOptions as JSON.")
            .Accepts<IFormFile>("multipart/form-data").Produces<ImportView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
    }

    private static ApiPage<DatasetManifest> List(DataFolder data, string? text = null, int skip = 0, int take = 50)
    {
        PageBounds.Check(skip, take);
        var found = DatasetVersion.All(data).Where(one => string.IsNullOrWhiteSpace(text) || one.Name.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(one => one.CreatedAt).ThenBy(one => one.Name, StringComparer.Ordinal).ToList();
        return PageBounds.Cut(found, skip, take);
    }

    private static IResult Get(string hash, DataFolder data) =>
        ContentHash.Find(hash, data.Datasets) is { } folder ? Results.Ok(DatasetVersion.ReadManifest(folder)) : Missing(hash);

    private static IResult Rows(string hash, DataFolder data, CancellationToken cancellation, string split = SplitNames.Train, int skip = 0, int take = 50)
    {
        PageBounds.Check(skip, take);
        if (!SplitNames.All.Contains(split)) throw new InvalidInputException("split", $"There is no split \"{split}\": choose among {string.Join(", ", SplitNames.All)}");
        if (ContentHash.Find(hash, data.Datasets) is not { } folder) return Missing(hash);
        using var version = DatasetVersion.Open(folder);
        var rows = new List<JsonObject>();
        for (var i = skip; i < Math.Min((long)skip + take, version.Count(split)); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(ToJson(version.Get(split, i)));
        }
        return Results.Ok(new ApiPage<JsonObject>(rows, version.Count(split), skip, take));
    }

    private static async Task<IResult> ImportAsync(HttpRequest request, UploadReader reader, DataFolder data, TimeProvider clock, CancellationToken cancellation)
    {
        using var upload = await reader.ReadAsync(request, cancellation);
        var options = upload.Values.TryGetValue("options", out var json) ? ReadOptions(json) : new ImportOptions();
        var files = upload.Files.Select(file => new ImportFile(file.Path, SplitNames.All.Contains(file.Field) ? file.Field : null, file.Name)).ToList();
        if (options.Name.Length == 0) options = options with { Name = Path.GetFileNameWithoutExtension(files[0].DisplayName) };
        var result = await Task.Run(() => DatasetImporter.Import(files, options, data, clock, cancellation: cancellation), cancellation);
        return Results.Created($"{StudioApi.Root}/datasets/{result.Manifest.Hash}", new ImportView(result.Manifest.Reference, result.AlreadyThere, result.Manifest));
    }

    private static ImportOptions ReadOptions(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ImportOptions>(json, Strict) ?? new ImportOptions();
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(fault.Path is { Length: > 2 } path ? $"options.{path[2..]}" : "options", $"The import options cannot be read: {fault.Message}");
        }
    }

    private static JsonObject ToJson(Row row)
    {
        var json = new JsonObject();
        for (var i = 0; i < row.Columns.Count; i++)
            if (row[i] is { IsAbsent: false } cell) json[row.Columns[i]] = cell.IsJson ? JsonNode.Parse(cell.Text!) : JsonValue.Create(cell.Text);
        return json;
    }

    private static IResult Missing(string hash) => Results.Problem($"There is no dataset \"{hash}\".", statusCode: StatusCodes.Status404NotFound);
}

/// <param name="Reference">How a spec names it: "sha256:…".</param>
/// <param name="AlreadyThere">The same content had been imported before.</param>
public sealed record ImportView(string Reference, bool AlreadyThere, DatasetManifest Dataset);
