using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What is changed of a vote; null leaves a value as it is.</summary>
public sealed record VoteEdit
{
    public VoteChoice? Choice { get; init; }
    /// <summary>The chosen run's place, with <see cref="VoteChoice.Best"/>.</summary>
    public int? Place { get; init; }
    /// <summary>All tags, from the output's place.</summary>
    public IReadOnlyDictionary<int, string[]>? Tags { get; init; }
    public string? Note { get; init; }
    /// <summary>The version that the reviewer saw (0: no vote yet); null: unknown.</summary>
    public int? Seen { get; init; }
}

/// <summary>A vote as it stands now.</summary>
/// <param name="Replaced">The vote that another tab of the same reviewer had given meanwhile, or null.</param>
public sealed record VoteAnswer(ReviewVote Vote, ReviewVote? Replaced);

/// <summary>A vote, reveal or undo came: pages that show the review read again.</summary>
public sealed record VoteSignal(long ReviewId, int Number, string Reviewer, int Version);

/// <summary>One item as one reviewer may see it.</summary>
/// <param name="Vote">The reviewer's own, or null.</param>
/// <param name="Open">True where names, scores and reference may be shown.</param>
public sealed record ReviewTurn(Review Review, ReviewItem Item, ReviewVote? Vote, bool Open);

/// <summary>Takes votes: one a reviewer and item, the last one counts, each step can be undone.</summary>
public sealed class ReviewVotes(StoreWriter writer, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    public const int MaxNameLength = 60, MaxNoteLength = 10_000;

    /// <summary>After each change, on the thread that made it.</summary>
    public event Action<VoteSignal>? Changed;

    /// <summary>The name as votes hold it.</summary>
    /// <exception cref="InvalidInputException">Empty, overlong or unprintable.</exception>
    public static string CheckName(string? name)
    {
        var clean = name?.Trim() ?? "";
        return clean.Length is 0 or > MaxNameLength || clean.Any(char.IsControl)
            ? throw new InvalidInputException("reviewer", $"A reviewer's name has 1 to {MaxNameLength} printable characters (you gave {(clean.Length == 0 ? "none" : clean.Length)})")
            : clean;
    }

    /// <summary>Writes the reviewer down; harmless when repeated.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public Task JoinAsync(long id, string reviewer, CancellationToken cancellation = default) => writer.WriteAsync(context => JoinAsync(context, id, CheckName(reviewer)), cancellation);

    /// <summary>One item. Where it is opened by an earlier vote, that it was seen is written down: a later choice is an informed one.</summary>
    /// <param name="reviewer">Null: nobody's; a blind item is then blind.</param>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<ReviewTurn> TurnAsync(long id, int number, string? reviewer, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var review = await context.Reviews.AsNoTracking().Include(one => one.Runs.OrderBy(run => run.Place)).SingleOrDefaultAsync(one => one.Id == id, cancellation) ?? throw new ReviewNotFoundException(id);
        var item = await context.ReviewItems.AsNoTracking().Include(one => one.Outputs).SingleOrDefaultAsync(one => one.ReviewId == id && one.Number == number, cancellation)
            ?? throw new ReviewNotFoundException(id, number);
        var vote = reviewer is null ? null : await context.ReviewVotes.AsNoTracking().SingleOrDefaultAsync(one => one.ItemId == item.Id && one.Reviewer == reviewer, cancellation);
        if (review.Blind && vote is { Choice: not null, Revealed: false })
            vote = await writer.WriteAsync(async change =>
            {
                var row = await change.ReviewVotes.SingleAsync(one => one.Id == vote.Id, CancellationToken.None);
                row.Revealed = true;
                return row;
            }, cancellation);
        return new(review, item, vote, !review.Blind || vote is { Revealed: true });
    }

    /// <summary>The next item without a choice of the reviewer: after a number, else from the start; null where all are done.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<int?> NextAsync(long id, string reviewer, int after = 0, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (!await context.Reviews.AnyAsync(review => review.Id == id, cancellation)) throw new ReviewNotFoundException(id);
        var open = context.ReviewItems.Where(item => item.ReviewId == id && !context.ReviewVotes.Any(vote => vote.ItemId == item.Id && vote.Reviewer == reviewer && vote.Choice != null));
        return await open.Where(item => item.Number > after).MinAsync(item => (int?)item.Number, cancellation) ?? await open.MinAsync(item => (int?)item.Number, cancellation);
    }

    /// <summary>Sets what the edit names. Two reviewers both count; of two tabs of one reviewer the later wins, and hears of the other.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    /// <exception cref="InvalidInputException">Every fault by its field; nothing was changed.</exception>
    public async Task<VoteAnswer> CastAsync(long id, int number, string reviewer, VoteEdit edit, CancellationToken cancellation = default)
    {
        var name = CheckName(reviewer);
        var answer = await writer.WriteAsync(async context =>
        {
            await JoinAsync(context, id, name);
            var (review, item) = await FindAsync(context, id, number);
            Check(edit, review);
            var vote = await context.ReviewVotes.SingleOrDefaultAsync(one => one.ItemId == item && one.Reviewer == name, CancellationToken.None);
            var replaced = edit.Choice is not null && edit.Seen is { } seen && vote is { Choice: not null } && vote.Version != seen ? Copy(vote) : null;
            context.ReviewVoteChanges.Add(new() { ReviewId = id, ItemId = item, Reviewer = name, Time = clock.GetUtcNow(), BeforeJson = vote is null ? null : VoteState.Of(vote).Json() });
            vote ??= context.ReviewVotes.Add(new() { ReviewId = id, ItemId = item, Reviewer = name }).Entity;
            if (edit.Choice is { } choice)
                (vote.Choice, vote.Place, vote.Informed) = (choice, choice == VoteChoice.Best ? edit.Place : null, review.Blind && vote.Revealed);
            if (edit.Tags is not null)
                vote.TagsJson = ReviewJson.Write(edit.Tags.Where(pair => pair.Value.Length > 0).ToDictionary(pair => pair.Key, pair => pair.Value.Distinct().ToArray()));
            vote.Note = edit.Note?.Trim() ?? vote.Note;
            Touch(vote);
            return new VoteAnswer(vote, replaced);
        }, cancellation);
        Changed?.Invoke(new(id, number, name, answer.Vote.Version));
        return answer;
    }

    /// <summary>Ends blindness of one item for one reviewer; it cannot be undone, for what was seen was seen.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<ReviewVote> RevealAsync(long id, int number, string reviewer, CancellationToken cancellation = default)
    {
        var name = CheckName(reviewer);
        var vote = await writer.WriteAsync(async context =>
        {
            await JoinAsync(context, id, name);
            var (_, item) = await FindAsync(context, id, number);
            var row = await context.ReviewVotes.SingleOrDefaultAsync(one => one.ItemId == item && one.Reviewer == name, CancellationToken.None)
                ?? context.ReviewVotes.Add(new() { ReviewId = id, ItemId = item, Reviewer = name }).Entity;
            if (row.Revealed) return row;
            row.Revealed = true;
            Touch(row);
            return row;
        }, cancellation);
        Changed?.Invoke(new(id, number, name, vote.Version));
        return vote;
    }

    /// <summary>Takes the reviewer's last change back.</summary>
    /// <returns>The item it concerned; null where nothing is left to undo.</returns>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<int?> UndoAsync(long id, string reviewer, CancellationToken cancellation = default)
    {
        var name = CheckName(reviewer);
        var undone = await writer.WriteAsync(async context =>
        {
            await ReviewStore.FindAsync(context, id);
            var change = await context.ReviewVoteChanges.Where(one => one.ReviewId == id && one.Reviewer == name && !one.Undone).OrderByDescending(one => one.Id).FirstOrDefaultAsync(CancellationToken.None);
            if (change is null) return null;
            change.Undone = true;
            var vote = await context.ReviewVotes.SingleAsync(one => one.ItemId == change.ItemId && one.Reviewer == name, CancellationToken.None);
            VoteState.Read(change.BeforeJson).ApplyTo(vote);
            Touch(vote);
            var number = await context.ReviewItems.Where(item => item.Id == change.ItemId).Select(item => item.Number).SingleAsync(CancellationToken.None);
            return new VoteSignal(id, number, name, vote.Version);
        }, cancellation);
        if (undone is not null) Changed?.Invoke(undone);
        return undone?.Number;
    }

    /// <summary>What the review has found so far.</summary>
    /// <param name="countInformed">Counts votes given after names had been seen, too.</param>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<ReviewResults> ResultsAsync(long id, bool countInformed = false, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var review = await context.Reviews.AsNoTracking().Include(one => one.Runs.OrderBy(run => run.Place)).SingleOrDefaultAsync(one => one.Id == id, cancellation) ?? throw new ReviewNotFoundException(id);
        var items = await context.ReviewItems.AsNoTracking().Where(item => item.ReviewId == id).OrderBy(item => item.Number).ToListAsync(cancellation);
        var votes = await context.ReviewVotes.AsNoTracking().Where(vote => vote.ReviewId == id).OrderBy(vote => vote.Id).ToListAsync(cancellation);
        var reviewers = await context.Reviewers.AsNoTracking().Where(reviewer => reviewer.ReviewId == id).ToListAsync(cancellation);
        return ReviewTally.Of(review, items, votes, reviewers, countInformed);
    }

    /// <summary>A page of items with their outputs and every vote, for export.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public async Task<IReadOnlyList<(ReviewItem Item, IReadOnlyList<ReviewVote> Votes)>> PageAsync(long id, int skip, int take, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (!await context.Reviews.AnyAsync(review => review.Id == id, cancellation)) throw new ReviewNotFoundException(id);
        var items = await context.ReviewItems.AsNoTracking().Include(item => item.Outputs).Where(item => item.ReviewId == id).OrderBy(item => item.Number).Skip(skip).Take(take).ToListAsync(cancellation);
        var ids = items.Select(item => item.Id).ToList();
        var votes = (await context.ReviewVotes.AsNoTracking().Where(vote => ids.Contains(vote.ItemId)).OrderBy(vote => vote.Id).ToListAsync(cancellation)).ToLookup(vote => vote.ItemId);
        return [.. items.Select(item => (item, (IReadOnlyList<ReviewVote>)[.. votes[item.Id]]))];
    }

    /// <summary>Writes down that a reviewer looked at the results before being through.</summary>
    /// <exception cref="ReviewNotFoundException"/>
    public Task PeekAsync(long id, string reviewer, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var row = await JoinAsync(context, id, CheckName(reviewer));
        row.PeekedAt ??= clock.GetUtcNow();
    }, cancellation);

    private async Task<Reviewer> JoinAsync(StudioContext context, long id, string name)
    {
        if (await context.Reviewers.FindAsync(id, name) is { } known) return known;
        await ReviewStore.FindAsync(context, id);
        return context.Reviewers.Add(new() { ReviewId = id, Name = name, JoinedAt = clock.GetUtcNow() }).Entity;
    }

    private static async Task<(Review Review, long Item)> FindAsync(StudioContext context, long id, int number)
    {
        var review = await context.Reviews.Include(one => one.Runs).SingleOrDefaultAsync(one => one.Id == id, CancellationToken.None) ?? throw new ReviewNotFoundException(id);
        var item = await context.ReviewItems.Where(one => one.ReviewId == id && one.Number == number).Select(one => (long?)one.Id).SingleOrDefaultAsync(CancellationToken.None);
        return (review, item ?? throw new ReviewNotFoundException(id, number));
    }

    private static void Check(VoteEdit edit, Review review)
    {
        var errors = new List<FieldError>();
        if (edit.Choice == VoteChoice.Best && edit.Place is not { } place) errors.Add(new("choice", "Say which output is the best"));
        else if (edit.Place is { } given && (given < 0 || given >= review.Runs.Count)) errors.Add(new("choice", $"There is no output {ReviewWords.Letter(given)}: this review compares {review.Runs.Count}"));
        if (edit.Note is { Length: > MaxNoteLength }) errors.Add(new("note", $"A note has at most {MaxNoteLength:#,0} characters (you gave {edit.Note.Length:#,0})"));
        var offered = review.ReadTags();
        foreach (var (at, tags) in edit.Tags ?? new Dictionary<int, string[]>())
        {
            if (at < 0 || at >= review.Runs.Count) errors.Add(new("tags", "Tags are given to outputs that are there"));
            foreach (var tag in tags.Where(tag => !offered.Contains(tag)))
                errors.Add(new("tags", $"This review has no tag \"{tag}\"{(offered.Count > 0 ? $": choose among {string.Join(", ", offered)}" : "")}"));
        }
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    private void Touch(ReviewVote vote)
    {
        vote.Time = clock.GetUtcNow();
        vote.Version++;
    }

    private static ReviewVote Copy(ReviewVote vote) => new()
    {
        Id = vote.Id, ReviewId = vote.ReviewId, ItemId = vote.ItemId, Reviewer = vote.Reviewer, Choice = vote.Choice, Place = vote.Place,
        TagsJson = vote.TagsJson, Note = vote.Note, Informed = vote.Informed, Revealed = vote.Revealed, Time = vote.Time, Version = vote.Version,
    };
}

/// <summary>What an undo brings back.</summary>
internal sealed record VoteState(VoteChoice? Choice, int? Place, string TagsJson, string Note, bool Informed)
{
    public static VoteState Of(ReviewVote vote) => new(vote.Choice, vote.Place, vote.TagsJson, vote.Note, vote.Informed);

    /// <param name="json">Null: the state before the first word.</param>
    public static VoteState Read(string? json) => json is null ? new(null, null, "{}", "", false) : ReviewJson.Read<VoteState>(json);

    public string Json() => ReviewJson.Write(this);

    public void ApplyTo(ReviewVote vote) => (vote.Choice, vote.Place, vote.TagsJson, vote.Note, vote.Informed) = (Choice, Place, TagsJson, Note, Informed);
}
