using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Api.Library;

/// <summary>Kept tasks, and how an example of one looks to the trainer.</summary>
internal static class TaskRoutes
{
    private const int MaxCount = 1_000_000;
    private const int MaxPreviewLength = 1_048_576;

    public static void MapTasks(this IEndpointRouteBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Tasks");
        tasks.MapGet("", ListAsync).WithSummary($"A page of tasks, each in its newest version. sort is one of {string.Join(", ", LibraryReader.SortKeys)}; size is training examples.").RequireAuthorization(StudioPolicies.Read);
        tasks.MapGet("/{id:long}", GetAsync).WithSummary("One task, in its newest version or the one that version names.").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        tasks.MapPost("", CreateAsync).WithSummary("Keeps a new task. `task` is a task as a run's spec has it; its own name, share and loss weight do not count.").Produces<TaskView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act);
        tasks.MapPost("/{id:long}/versions", AddVersionAsync).WithSummary("Keeps an edit as the task's next version; what equals the newest one changes nothing.").Produces<TaskView>(StatusCodes.Status201Created).RequireAuthorization(StudioPolicies.Act).ProducesProblem(StatusCodes.Status404NotFound);
        tasks.MapPost("/preview", PreviewAsync).RequireAuthorization(StudioPolicies.Read)
            .WithSummary("Renders one example of a task that need not be kept. With a model: its tokens (masked, trained or cut), and with `count` what becomes of the split (so many examples at most, a seeded choice; 0: none).");
        tasks.MapGet("/{id:long}/overlap", OverlapAsync).RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary($"Validation and test examples whose rendered prompt is trained on, too: how many, how many of them with the same answer, and the first {SplitOverlap.MostListed} of each split (rows from 0).");
        tasks.MapShelf(LibraryKind.Task, async (services, id, version, cancellation) => TaskView.Of(await services.GetRequiredService<TaskLibrary>().GetAsync(id, version, cancellation)));
    }

    private static async Task<ApiPage<TaskView>> ListAsync(
        TaskLibrary library, CancellationToken cancellation, string? text = null, string? archived = null, string sort = "createdAt", string order = "desc", int skip = 0, int take = 50)
    {
        var page = await library.ListAsync(LibraryCalls.Filter(text, archived, sort, order, skip, take), cancellation);
        return new([.. page.Items.Select(TaskView.Of)], page.Total, skip, take);
    }

    private static async Task<TaskView> GetAsync(long id, TaskLibrary library, CancellationToken cancellation, int? version = null) => TaskView.Of(await library.GetAsync(id, version, cancellation));

    private static async Task<IResult> CreateAsync(NewTask given, TaskLibrary library, CancellationToken cancellation)
    {
        var made = await Told(() => library.CreateAsync(given.Name, Given(given.Task), given.Note, cancellation));
        return Results.Created($"{StudioApi.Root}/tasks/{made.Item.Id}", TaskView.Of(made));
    }

    private static async Task<IResult> AddVersionAsync(long id, NewTaskVersion given, TaskLibrary library, CancellationToken cancellation)
    {
        var made = await Told(() => library.AddVersionAsync(id, Given(given.Task), given.Change, cancellation));
        return Results.Created($"{StudioApi.Root}/tasks/{id}?version={made.Version.Number}", TaskView.Of(made));
    }

    private static async Task<IReadOnlyList<SplitOverlap>> OverlapAsync(long id, TaskLibrary library, TaskPreviews previews, CancellationToken cancellation, int? version = null)
    {
        var task = (await library.GetAsync(id, version, cancellation)).Task;
        return await Task.Run(() => previews.Overlap(task, cancellation), cancellation);
    }

    private static Task<TaskPreviewView> PreviewAsync(TaskPreviewRequest given, TaskPreviews previews, CancellationToken cancellation) => Task.Run(() =>
    {
        var (task, errors) = (Given(given.Task), new List<FieldError>());
        if (given.MaxLength is < 2 or > MaxPreviewLength) errors.Add(new("maxLength", $"Longest example must be 2 to {MaxPreviewLength:#,0} tokens (you gave {given.MaxLength})"));
        if (given.Count is < 0 or > MaxCount) errors.Add(new("count", $"Count must be 0 to {MaxCount:#,0} examples (you gave {given.Count})"));
        if (given.Row < 0) errors.Add(new("row", $"Row must be at least 0 (you gave {given.Row})"));
        if (given.Count > 0 && given.Model is null) errors.Add(new("model", "Counting needs a tokenizer: name a model by its hash, \"sha256:…\", or leave count out"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        try
        {
            var example = previews.Example(task, given.Split, given.Row, given.Model, given.MaxLength);
            var counts = given is { Count: > 0, Model: { } model } ? previews.Count(task, given.Split, model, given.MaxLength, given.Count, cancellation) : null;
            return new TaskPreviewView(example.Row, example.Rows, example.Columns.ToDictionary(), example.Prompt, example.Answer, example.References, example.Tokens, counts);
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException([.. fault.Errors.Select(UnderTask)]);
        }
    }, cancellation);

    private static TaskSpec Given(TaskSpec? task) => task ?? throw new InvalidInputException("task", "The task is missing: give it as a run's spec has it");

    private static async Task<T> Told<T>(Func<Task<T>> make)
    {
        try
        {
            return await make();
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException([.. fault.Errors.Select(UnderTask)]);
        }
    }

    /// <summary>The fault under its place in the body.</summary>
    private static FieldError UnderTask(FieldError error) => error.Field is "task" or "name" or "note" or "split" or "model" or "row" or "count" or "maxLength" ? error : error with { Field = $"task.{error.Field}" };
}

/// <param name="Name">Letters, digits, '.', '_' and '-'.</param>
public sealed record NewTask(string Name = "", TaskSpec? Task = null, string? Note = null);

/// <param name="Change">What was changed, in your words.</param>
public sealed record NewTaskVersion(TaskSpec? Task = null, string? Change = null);

/// <param name="Row">Row number in the split, from 0.</param>
/// <param name="Model">"sha256:…" of the model whose tokenizer is used.</param>
/// <param name="MaxLength">Tokens of prompt and answer together.</param>
/// <param name="Count">Examples of the split that are counted at most.</param>
public sealed record TaskPreviewRequest(TaskSpec? Task = null, string Split = SplitNames.Train, int Row = 0, string? Model = null, int MaxLength = 256, int Count = 0);

/// <param name="Rows">Rows of the split.</param>
/// <param name="Columns">The row's values.</param>
/// <param name="Tokens">Null without a model.</param>
/// <param name="Counts">Null where nothing was to be counted.</param>
public sealed record TaskPreviewView(
    int Row, int Rows, IReadOnlyDictionary<string, string> Columns, string Prompt, string Answer, IReadOnlyList<string> References,
    Core.Tokenizers.Prompts.PromptPreview? Tokens, TokenCounts? Counts);
