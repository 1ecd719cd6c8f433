using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Api.Library;

/// <summary>Kept datasets; a version is immutable and named by its content.</summary>
internal static class DatasetRoutes
{
    private const string Form = " Files in the fields train, validation and test (multipart/form-data) are these splits; files in any other field are divided by the split rule. A field `options` may hold ImportOptions as JSON.";
    private static readonly JsonSerializerOptions Strict = new(WireJson.Compact) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var limits = api.ServiceProvider.GetRequiredService<StudioOptions>().Limits;
        var datasets = api.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapGet("", ListAsync).WithSummary($"A page of datasets, each in its newest version. sort is one of {string.Join(", ", LibraryReader.SortKeys)}; size is training examples.").RequireAuthorization(StudioPolicies.Read);
        datasets.MapGet("/{id}", GetAsync).WithSummary("One dataset: by its number in its newest version (or the one that version names), or by a version's content hash.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{id}/rows", RowsAsync).WithSummary("A page of rows of a split.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{id}/statistics", StatisticsAsync).WithSummary("What each column of each split holds: empty and different values, lengths in characters, the most frequent values.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{id}/skipped", SkippedAsync).Produces<IReadOnlyList<SkippedRow>>(StatusCodes.Status200OK, "application/x-ndjson")
            .WithSummary("The rows that the import left out because they could not be read, a line of JSON each ({file, line, message}); at most 100,000. Empty where there were none.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapPost("", ImportAsync).WithMetadata(new UploadLimit(limits.UploadBytes))
            .WithSummary("Imports files as a dataset, or as the next version of the one that has the name; content that is known is found." + Form)
            .Accepts<IFormFile>("multipart/form-data").Produces<ImportView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
        datasets.MapPost("/{id:long}/versions", ImportVersionAsync).WithMetadata(new UploadLimit(limits.UploadBytes)).WithSummary("Imports files as a dataset's next version." + Form)
            .Accepts<IFormFile>("multipart/form-data").Produces<ImportView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapShelf(LibraryKind.Dataset, async (services, id, version, cancellation) => DatasetView.Of(await services.GetRequiredService<DatasetLibrary>().GetAsync(id, version, cancellation)));
    }

    private static async Task<ApiPage<DatasetView>> ListAsync(
        DatasetLibrary library, CancellationToken cancellation, string? text = null, string? archived = null, string sort = "createdAt", string order = "desc", int skip = 0, int take = 50)
    {
        var page = await library.ListAsync(LibraryCalls.Filter(text, archived, sort, order, skip, take), cancellation);
        return new([.. page.Items.Select(DatasetView.Of)], page.Total, skip, take);
    }

    private static async Task<DatasetView> GetAsync(string id, DatasetLibrary library, CancellationToken cancellation, int? version = null) =>
        DatasetView.Of(await FindAsync(id, version, library, cancellation));

    private static async Task<ApiPage<JsonObject>> RowsAsync(string id, DatasetLibrary library, CancellationToken cancellation, string split = SplitNames.Train, int? version = null, int skip = 0, int take = 50)
    {
        PageBounds.Check(skip, take);
        if (!SplitNames.All.Contains(split)) throw new InvalidInputException("split", $"There is no split \"{split}\": choose among {string.Join(", ", SplitNames.All)}");
        var entry = await FindAsync(id, version, library, cancellation);
        using var opened = library.Open(entry);
        var rows = new List<JsonObject>();
        for (var i = skip; i < Math.Min((long)skip + take, opened.Count(split)); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(ToJson(opened.Get(split, i)));
        }
        return new(rows, opened.Count(split), skip, take);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<ColumnStatistics>>> StatisticsAsync(string id, DatasetLibrary library, CancellationToken cancellation, int? version = null) =>
        await library.StatisticsAsync(await FindAsync(id, version, library, cancellation), cancellation);

    private static async Task<IResult> SkippedAsync(string id, DatasetLibrary library, CancellationToken cancellation, int? version = null)
    {
        var entry = await FindAsync(id, version, library, cancellation);
        return library.SkippedFileOf(entry) is { } path ? Results.File(path, "application/x-ndjson", $"{entry.Item.Name}-skipped.jsonl") : Results.Text("", "application/x-ndjson");
    }

    private static Task<IResult> ImportAsync(HttpRequest request, UploadReader reader, DatasetLibrary library, CancellationToken cancellation) => KeepAsync(request, null, reader, library, cancellation);

    private static Task<IResult> ImportVersionAsync(long id, HttpRequest request, UploadReader reader, DatasetLibrary library, CancellationToken cancellation) => KeepAsync(request, id, reader, library, cancellation);

    private static async Task<IResult> KeepAsync(HttpRequest request, long? into, UploadReader reader, DatasetLibrary library, CancellationToken cancellation)
    {
        if (into is { } id) await library.GetAsync(id, cancellation: cancellation);
        using var upload = await reader.ReadAsync(request, cancellation);
        var options = upload.Values.TryGetValue("options", out var json) ? ReadOptions(json) : new ImportOptions();
        var files = upload.Files.Select(file => new ImportFile(file.Path, SplitNames.All.Contains(file.Field) ? file.Field : null, file.Name)).ToList();
        var kept = await library.ImportAsync(files, options, into, cancellation: cancellation);
        return Results.Created($"{StudioApi.Root}/datasets/{kept.Entry.Manifest.Hash}", new ImportView(kept.Entry.Version.Hash, kept.AlreadyThere, DatasetView.Of(kept.Entry)));
    }

    private static async Task<DatasetEntry> FindAsync(string id, int? version, DatasetLibrary library, CancellationToken cancellation) => LibraryCalls.Hash(id) is { } hash
        ? await library.FindAsync(hash, cancellation) ?? throw new LibraryNotFoundException(LibraryKind.Dataset, $"\"{id}\"")
        : await library.GetAsync(LibraryCalls.Id(LibraryKind.Dataset, id), version, cancellation);

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
}
