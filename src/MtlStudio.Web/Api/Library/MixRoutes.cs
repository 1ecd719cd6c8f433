using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Api.Library;

/// <summary>Kept mixes, and what their tasks will see.</summary>
internal static class MixRoutes
{
    public static void MapMixes(this IEndpointRouteBuilder api)
    {
        var mixes = api.MapGroup("/mixes").WithTags("Mixes");
        mixes.MapGet("", ListAsync).WithSummary($"A page of mixes, each in its newest version. sort is one of {string.Join(", ", LibraryReader.SortKeys)}; size is the number of tasks.").RequireAuthorization(StudioPolicies.Read);
        mixes.MapGet("/{id:long}", GetAsync).WithSummary("One mix, in its newest version or the one that version names.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        mixes.MapPost("", CreateAsync).WithSummary("Keeps a new mix. A member's version 0 stands for its task's newest.").Produces<MixView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
        mixes.MapPost("/{id:long}/versions", AddVersionAsync).WithSummary("Keeps an edit as the mix's next version; what equals the newest one changes nothing.").Produces<MixView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);
        mixes.MapPost("/preview", PreviewAsync).WithSummary("What a mix's tasks would see under each sampler: share, examples, trained tokens (with a model) and passes. The mix need not be kept.").RequireAuthorization(StudioPolicies.Read);
        mixes.MapPost("/{id:long}/spec", SpecAsync).WithSummary("A RunSpec of the mix that is ready for POST /runs: everything else as it usually is. Nothing is kept.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        mixes.MapShelf(LibraryKind.Mix, async (services, id, version, cancellation) => MixView.Of(await services.GetRequiredService<MixLibrary>().GetAsync(id, version, cancellation)));
    }

    private static async Task<ApiPage<MixView>> ListAsync(
        MixLibrary library, CancellationToken cancellation, string? text = null, string? archived = null, string sort = "createdAt", string order = "desc", int skip = 0, int take = 50)
    {
        var page = await library.ListAsync(LibraryCalls.Filter(text, archived, sort, order, skip, take), cancellation);
        return new([.. page.Items.Select(MixView.Of)], page.Total, skip, take);
    }

    private static async Task<MixView> GetAsync(long id, MixLibrary library, CancellationToken cancellation, int? version = null) => MixView.Of(await library.GetAsync(id, version, cancellation));

    private static async Task<IResult> CreateAsync(NewMix given, MixLibrary library, CancellationToken cancellation)
    {
        var made = await library.CreateAsync(given.Name, new() { Members = given.Members, Sampler = given.Sampler }, given.Note, cancellation);
        return Results.Created($"{StudioApi.Root}/mixes/{made.Item.Id}", MixView.Of(made));
    }

    private static async Task<IResult> AddVersionAsync(long id, NewMixVersion given, MixLibrary library, CancellationToken cancellation)
    {
        var made = await library.AddVersionAsync(id, new() { Members = given.Members, Sampler = given.Sampler }, given.Change, cancellation);
        return Results.Created($"{StudioApi.Root}/mixes/{id}?version={made.Version.Number}", MixView.Of(made));
    }

    private static Task<MixPlan> PreviewAsync(MixPreviewRequest given, MixPlans plans, CancellationToken cancellation) => plans.OfAsync(
        new() { Members = given.Members, Sampler = given.Sampler },
        new() { Steps = given.Steps, MicroBatch = given.MicroBatch, Accumulation = given.Accumulation, MaxLength = given.MaxLength, Model = given.Model }, cancellation);

    private static Task<RunSpec> SpecAsync(long id, MixLibrary library, CancellationToken cancellation, int? version = null, string? model = null) => library.ToSpecAsync(id, version, model, cancellation);
}

public sealed record NewMix
{
    public string Name { get; init; } = "";
    public string? Note { get; init; }
    public IReadOnlyList<MixMember> Members { get; init; } = [];
    public MethodChoice Sampler { get; init; } = new("proportional");
}

public sealed record NewMixVersion
{
    /// <summary>What was changed, in your words.</summary>
    public string? Change { get; init; }
    public IReadOnlyList<MixMember> Members { get; init; } = [];
    public MethodChoice Sampler { get; init; } = new("proportional");
}

public sealed record MixPreviewRequest
{
    public IReadOnlyList<MixMember> Members { get; init; } = [];
    public MethodChoice Sampler { get; init; } = new("proportional");
    public int Steps { get; init; } = new TrainingSpec().Steps;
    public int MicroBatch { get; init; } = new TrainingSpec().MicroBatch;
    /// <summary>Micro-batches a step; 0: one a task.</summary>
    public int Accumulation { get; init; }
    public int MaxLength { get; init; } = new TrainingSpec().MaxLength;
    /// <summary>"sha256:…" of the model whose tokenizer counts trained tokens; null: they are not counted.</summary>
    public string? Model { get; init; }
}
