using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>How far one reviewer is.</summary>
/// <param name="Voted">Items with a choice of theirs.</param>
public sealed record ReviewerProgress(string Name, int Voted, DateTimeOffset? LastVote);

/// <summary>One line of the list of reviews.</summary>
/// <param name="Settled">Items with at least one choice.</param>
public sealed record ReviewLine(Review Review, IReadOnlyList<string> Tasks, int Settled, IReadOnlyList<ReviewerProgress> Reviewers);

/// <summary>Makes, lists and deletes reviews.</summary>
public sealed class ReviewStore(StoreWriter writer, IDbContextFactory<StudioContext> contexts, ReviewPool pool, TimeProvider clock)
{
    public const int MaxTake = 200;

    /// <summary>Fixes the examples and copies the outputs.</summary>
    /// <exception cref="InvalidInputException">Every fault by its field.</exception>
    public async Task<Review> CreateAsync(ReviewDraft draft, CancellationToken cancellation = default)
    {
        var found = await pool.FindAsync(draft, cancellation);
        // Whoever knows the seed knows which run stands where.
        var seed = draft.Seed ?? RandomNumberGenerator.GetInt32(1, int.MaxValue);
        var order = await Task.Run(() => ReviewOrder.Of(found.Tasks, draft, seed), cancellation);
        if (order.Count == 0) throw found.Tasks.Any(task => task.Examples.Count > 0) || ReviewSlices.Describe(draft) is not { } empty ? new InvalidInputException("filter", EmptyFilter(draft.Filter))
            : new InvalidInputException("slices", $"None of the examples that the runs have in common is of the slice {empty}: choose another value");
        var review = new Review
        {
            Name = string.IsNullOrWhiteSpace(draft.Name) ? DefaultName(order, draft) : draft.Name.Trim(),
            CreatedAt = clock.GetUtcNow(),
            Blind = draft.Blind,
            Split = found.Split,
            Filter = draft.Filter,
            Slice = ReviewSlices.Describe(draft),
            Seed = seed,
            Available = found.Tasks.Sum(task => task.Examples.Count),
            ItemCount = order.Count,
            TagsJson = ReviewJson.Write(draft.Tags.Select(tag => tag.Trim())),
            Runs = [.. found.Runs.Select((run, place) => new ReviewRun { Place = place, RunId = run.Run.Id, Name = run.Run.Name, Step = run.Step })],
        };
        return await writer.WriteAsync(async context =>
        {
            context.Reviews.Add(review);
            await context.SaveChangesAsync(CancellationToken.None);
            context.ReviewItems.AddRange(order.Select((one, i) => Item(review, one, i + 1, found)));
            return review;
        }, cancellation);
    }

    /// <summary>The review with its runs.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<Review> GetAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Reviews.AsNoTracking().Include(review => review.Runs.OrderBy(run => run.Place)).SingleOrDefaultAsync(review => review.Id == id, cancellation)
            ?? throw new ReviewNotFoundException(id);
    }

    /// <summary>A page of reviews, the newest first.</summary>
    /// <param name="text">Found in the name, whatever the case of its letters.</param>
    /// <param name="run">Reviews over this run only.</param>
    /// <exception cref="InvalidInputException">A page out of range.</exception>
    public async Task<Page<ReviewLine>> ListAsync(string? text = null, long? run = null, int skip = 0, int take = 50, CancellationToken cancellation = default)
    {
        var errors = new List<FieldError>();
        if (skip < 0) errors.Add(new("skip", $"Skip must be at least 0 (you gave {skip})"));
        if (take is < 1 or > MaxTake) errors.Add(new("take", $"Take must be from 1 to {MaxTake} (you gave {take})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var reviews = context.Reviews.AsNoTracking();
#pragma warning disable CA1862 // becomes SQL, where a StringComparison means nothing
        if (!string.IsNullOrWhiteSpace(text)) reviews = reviews.Where(review => review.Name.ToLower().Contains(text.Trim().ToLower()));
#pragma warning restore CA1862
        if (run is { } id) reviews = reviews.Where(review => review.Runs.Any(row => row.RunId == id));
        var page = await reviews.Include(review => review.Runs.OrderBy(row => row.Place)).OrderByDescending(review => review.Id).Skip(skip).Take(take).AsSplitQuery().ToListAsync(cancellation);
        return new(await LinesAsync(context, page, cancellation), await reviews.CountAsync(cancellation));
    }

    /// <summary>One review with its tasks and progress.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<ReviewLine> LineAsync(long id, CancellationToken cancellation = default)
    {
        var review = await GetAsync(id, cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return (await LinesAsync(context, [review], cancellation))[0];
    }

    /// <summary>Tags that outputs of a split got, in the order of their letters.</summary>
    public async Task<IReadOnlyList<string>> UsedTagsAsync(string split, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var all = await context.ReviewVotes.Where(vote => vote.TagsJson != "{}" && context.Reviews.Any(review => review.Id == vote.ReviewId && review.Split == split))
            .Select(vote => vote.TagsJson).Distinct().ToListAsync(cancellation);
        return [.. all.SelectMany(json => new ReviewVote { TagsJson = json }.ReadTags().Values).SelectMany(tags => tags).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>How far each reviewer is, in the order in which they came.</summary>
    public async Task<IReadOnlyList<ReviewerProgress>> ProgressAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return [.. (await ProgressAsync(context, [id], cancellation))[id]];
    }

    /// <exception cref="ReviewNotFoundException"/>
    /// <exception cref="InvalidInputException">An empty or overlong name.</exception>
    public Task RenameAsync(long id, string name, CancellationToken cancellation = default)
    {
        if (name.Trim().Length is 0 or > ReviewDraft.MaxNameLength)
            throw new InvalidInputException("name", $"Name must have 1 to {ReviewDraft.MaxNameLength} characters (you gave {name.Trim().Length})");
        return writer.WriteAsync(async context => (await FindAsync(context, id)).Name = name.Trim(), cancellation);
    }

    /// <summary>Deletes the review with all its votes.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public Task DeleteAsync(long id, CancellationToken cancellation = default) =>
        writer.WriteAsync(async context => context.Reviews.Remove(await FindAsync(context, id)), cancellation);

    private static async Task<IReadOnlyList<ReviewLine>> LinesAsync(StudioContext context, IReadOnlyList<Review> page, CancellationToken cancellation)
    {
        var ids = page.Select(review => review.Id).ToList();
        var tasks = await context.ReviewItems.Where(item => ids.Contains(item.ReviewId)).GroupBy(item => new { item.ReviewId, item.Task })
            .Select(group => new { group.Key.ReviewId, group.Key.Task, First = group.Min(item => item.Number) }).ToListAsync(cancellation);
        var settled = await context.ReviewVotes.Where(vote => ids.Contains(vote.ReviewId) && vote.Choice != null).GroupBy(vote => vote.ReviewId)
            .Select(group => new { group.Key, Items = group.Select(vote => vote.ItemId).Distinct().Count() }).ToDictionaryAsync(row => row.Key, row => row.Items, cancellation);
        var progress = await ProgressAsync(context, ids, cancellation);
        return [.. page.Select(review => new ReviewLine(review, [.. tasks.Where(task => task.ReviewId == review.Id).OrderBy(task => task.First).Select(task => task.Task)],
            settled.GetValueOrDefault(review.Id), [.. progress[review.Id]]))];
    }

    internal static async Task<Review> FindAsync(StudioContext context, long id) =>
        await context.Reviews.SingleOrDefaultAsync(review => review.Id == id, CancellationToken.None) ?? throw new ReviewNotFoundException(id);

    private static async Task<ILookup<long, ReviewerProgress>> ProgressAsync(StudioContext context, List<long> ids, CancellationToken cancellation)
    {
        var reviewers = await context.Reviewers.AsNoTracking().Where(reviewer => ids.Contains(reviewer.ReviewId)).ToListAsync(cancellation);
        var votes = await context.ReviewVotes.Where(vote => ids.Contains(vote.ReviewId) && vote.Choice != null).GroupBy(vote => new { vote.ReviewId, vote.Reviewer })
            .Select(group => new { group.Key.ReviewId, group.Key.Reviewer, Count = group.Count(), Last = group.Max(vote => vote.Time) })
            .ToDictionaryAsync(row => (row.ReviewId, row.Reviewer), cancellation);
        return reviewers.OrderBy(reviewer => reviewer.JoinedAt).ThenBy(reviewer => reviewer.Name, StringComparer.Ordinal).ToLookup(reviewer => reviewer.ReviewId, reviewer =>
            votes.TryGetValue((reviewer.ReviewId, reviewer.Name), out var own) ? new ReviewerProgress(reviewer.Name, own.Count, own.Last) : new(reviewer.Name, 0, null));
    }

    private static ReviewItem Item(Review review, OrderedExample one, int number, PoolAnswer found)
    {
        var first = one.Example.Answers[0];
        return new()
        {
            ReviewId = review.Id,
            Number = number,
            Task = one.Example.Task,
            Example = one.Example.Example,
            Input = first.Input,
            ReferencesJson = first.ReferencesJson,
            Order = ReviewOrder.Positions(review.Seed, number, one.Example.Answers.Count),
            Measure = one.Measure,
            Outputs = [.. one.Example.Answers.Select((answer, place) => new ReviewOutput
            {
                Place = place,
                Text = answer.Output,
                Cut = answer.Cut,
                Decoding = ReviewWords.Decoding(found.Runs[place].Spec, answer.Task),
                Prompt = answer.Input == first.Input ? null : answer.Input,
                Loss = answer.Loss,
                ScoresJson = answer.ScoresJson,
            })],
        };
    }

    private static string DefaultName(IReadOnlyList<OrderedExample> order, ReviewDraft draft)
    {
        var tasks = order.Select(one => one.Example.Task).Distinct().ToList();
        var name = $"{(tasks.Count <= 3 ? string.Join(", ", tasks) : $"{tasks.Count} tasks")}: {order.Count:#,0} {ReviewWords.Filter(draft.Filter)}{(ReviewSlices.Describe(draft) is { } slice ? $", {slice}" : "")}";
        return name.Length <= ReviewDraft.MaxNameLength ? name : name[..(ReviewDraft.MaxNameLength - 1)] + "…";
    }

    private static string EmptyFilter(ReviewFilter filter) => filter switch
    {
        ReviewFilter.Changed => "The runs gave the same output to every example: nothing has changed between them",
        ReviewFilter.Disagreeing => "The runs' outputs score alike on every example: choose random or most changed",
        ReviewFilter.Cut => "No output was ended by the token limit: choose another filter",
        _ => "None of the named examples was answered by all the runs: name others, or choose random",
    };
}
