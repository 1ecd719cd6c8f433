using MtlStudio.Store;

namespace MtlStudio.Web.Api.Reviews;

/// <summary>One of the compared runs.</summary>
/// <param name="Run">The run's number; it may be deleted since.</param>
/// <param name="Name">As it was when the review was made.</param>
/// <param name="Step">The evaluation whose outputs are judged.</param>
public sealed record ReviewRunView(long Run, string Name, int Step);

/// <param name="Voted">Items with a choice of this reviewer.</param>
public sealed record ReviewerView(string Name, int Voted, long? LastVote);

/// <summary>A review as the API tells it.</summary>
public sealed record ReviewView
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required long CreatedAt { get; init; }
    public required bool Blind { get; init; }
    public required string Split { get; init; }
    public required ReviewFilter Filter { get; init; }
    /// <summary>The slice of the data that its examples are of, as "label = bad"; null: the whole split.</summary>
    public required string? Slice { get; init; }
    /// <summary>What its results speak for, as "of the 50 most changed, not of the task".</summary>
    public required string Scope { get; init; }
    /// <summary>Examples that the runs have in common, before the filter.</summary>
    public required int Available { get; init; }
    public required int Items { get; init; }
    public required IReadOnlyList<string> Tasks { get; init; }
    public required IReadOnlyList<ReviewRunView> Runs { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    /// <summary>Items with at least one choice.</summary>
    public required int Settled { get; init; }
    public required IReadOnlyList<ReviewerView> Reviewers { get; init; }

    internal static ReviewView Of(ReviewLine line) => new()
    {
        Id = line.Review.Id,
        Name = line.Review.Name,
        CreatedAt = line.Review.CreatedAt.ToUnixTimeMilliseconds(),
        Blind = line.Review.Blind,
        Split = line.Review.Split,
        Filter = line.Review.Filter,
        Slice = line.Review.Slice,
        Scope = ReviewWords.Scope(line.Review),
        Available = line.Review.Available,
        Items = line.Review.ItemCount,
        Tasks = line.Tasks,
        Runs = [.. line.Review.Runs.Select(Of)],
        Tags = line.Review.ReadTags(),
        Settled = line.Settled,
        Reviewers = [.. line.Reviewers.Select(reviewer => new ReviewerView(reviewer.Name, reviewer.Voted, reviewer.LastVote.Milliseconds()))],
    };

    internal static ReviewRunView Of(ReviewRun run) => new(run.RunId, run.Name, run.Step);
}

/// <summary>One item as this reviewer may see it: of a blind review nothing tells which run gave which output until the reviewer has voted or revealed.</summary>
public sealed record ReviewItemView
{
    public required int Number { get; init; }
    public required string Task { get; init; }
    public required string Input { get; init; }
    /// <summary>A, B, C, D; the runs stand in another order at each item.</summary>
    public required IReadOnlyList<ReviewOutputView> Outputs { get; init; }
    /// <summary>What a fair judgement needs to know, as that the outputs were not decoded alike.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
    /// <summary>The reviewer's own.</summary>
    public ReviewVoteView? Vote { get; init; }
    /// <summary>True where runs, scores and references are told.</summary>
    public required bool Open { get; init; }
    public IReadOnlyList<string>? References { get; init; }
    /// <summary>Row number in its split, from 0.</summary>
    public int? Example { get; init; }
    /// <summary>The filter's own measure of the example.</summary>
    public double? Measure { get; init; }

    internal static ReviewItemView Of(ReviewTurn turn) => new()
    {
        Number = turn.Item.Number,
        Task = turn.Item.Task,
        Input = turn.Item.Input,
        Outputs = [.. turn.Item.Shown().Select((output, position) => ReviewOutputView.Of(turn, output, position))],
        Remarks = ReviewWords.Remarks(turn.Item),
        Vote = turn.Vote is null ? null : ReviewVoteView.Of(turn.Vote, turn.Item),
        Open = turn.Open,
        References = turn.Open ? turn.Item.ReadReferences() : null,
        Example = turn.Open ? turn.Item.Example : null,
        Measure = turn.Open ? turn.Item.Measure : null,
    };
}

/// <param name="Position">A, B, C or D.</param>
/// <param name="Cut">True where the token limit ended the output.</param>
/// <param name="Run">Told where the item is open, as are step, decoding, prompt (where it differs from the input), loss and scores.</param>
public sealed record ReviewOutputView(
    string Position, string Text, bool Cut, long? Run = null, string? RunName = null, int? Step = null, string? Decoding = null, string? Prompt = null, double? Loss = null, IReadOnlyDictionary<string, double>? Scores = null)
{
    internal static ReviewOutputView Of(ReviewTurn turn, ReviewOutput output, int position)
    {
        var blind = new ReviewOutputView(ReviewWords.Letter(position), output.Text, output.Cut);
        if (!turn.Open) return blind;
        var run = turn.Review.Runs.Single(one => one.Place == output.Place);
        return blind with { Run = run.RunId, RunName = run.Name, Step = run.Step, Decoding = output.Decoding, Prompt = output.Prompt, Loss = output.Loss, Scores = output.ReadScores() };
    }
}

/// <param name="Choice">A, B, C or D, "tie" or "allBad"; absent while only tags or a note are there.</param>
/// <param name="Tags">From position to tags.</param>
/// <param name="Informed">The choice came after names and scores had been seen.</param>
/// <param name="Version">Give it back as <c>seen</c> to hear whether another tab has voted meanwhile.</param>
public sealed record ReviewVoteView(string Reviewer, string? Choice, IReadOnlyDictionary<string, string[]> Tags, string Note, bool Informed, bool Revealed, long Time, int Version)
{
    internal static ReviewVoteView Of(ReviewVote vote, ReviewItem item) => new(vote.Reviewer, vote.Choice switch
    {
        null => null,
        VoteChoice.Best => ReviewWords.Letter(item.PositionOf(vote.Place!.Value)),
        VoteChoice.Tie => VoteBody.Tie,
        _ => VoteBody.AllBad,
    }, vote.ReadTags().ToDictionary(pair => ReviewWords.Letter(item.PositionOf(pair.Key)), pair => pair.Value), vote.Note, vote.Informed, vote.Revealed, vote.Time.ToUnixTimeMilliseconds(), vote.Version);
}

/// <param name="Voted">Items with a choice of this reviewer.</param>
/// <param name="Item">The next one without; absent where all are done.</param>
public sealed record ReviewNextView(int Voted, int Total, ReviewItemView? Item);

/// <param name="Vote">As it stands now.</param>
/// <param name="Replaced">What another tab of the same reviewer had chosen meanwhile; undo brings it back.</param>
/// <param name="Next">The next item without a choice of this reviewer; absent where all are done.</param>
public sealed record ReviewVoteAnswer(ReviewVoteView Vote, ReviewVoteView? Replaced, int? Next);

/// <param name="Undone">The item whose last change was taken back.</param>
public sealed record ReviewUndoAnswer(int Undone);
