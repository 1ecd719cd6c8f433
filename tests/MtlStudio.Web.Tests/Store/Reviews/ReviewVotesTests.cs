using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.Reviews;

public sealed class ReviewVotesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CastAsync_CountsBoth_WhenTwoReviewersVoteOnOneExample()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        await votes.CastAsync(review.Id, 1, "ann", Best(0), Cancellation);
        await votes.CastAsync(review.Id, 1, "bob", Best(1), Cancellation);
        var results = await votes.ResultsAsync(review.Id, cancellation: Cancellation);
        Assert.Equal((2, 1), (results.Votes, results.Settled));
        var all = results.Pairs[0];
        Assert.Equal((1, 1, 1, 0.5), (all.FirstWins, all.SecondWins, all.Decided, all.Share));
    }

    [Fact]
    public async Task CastAsync_LetsTheLaterTabWin_AndTellsOfTheOther()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        var heard = new List<VoteSignal>();
        votes.Changed += heard.Add;
        var first = await votes.CastAsync(review.Id, 2, "ann", Best(0) with { Seen = 0 }, Cancellation);
        Assert.Null(first.Replaced);
        var second = await votes.CastAsync(review.Id, 2, "ann", Best(1) with { Seen = 0 }, Cancellation);
        Assert.Equal(0, second.Replaced!.Place);
        Assert.Equal(1, (await votes.TurnAsync(review.Id, 2, "ann", Cancellation)).Vote!.Place);
        Assert.Equal([(2, "ann", 1), (2, "ann", 2)], heard.Select(signal => (signal.Number, signal.Reviewer, signal.Version)));
        Assert.Equal(2, await votes.UndoAsync(review.Id, "ann", Cancellation));
        Assert.Equal(0, (await votes.TurnAsync(review.Id, 2, "ann", Cancellation)).Vote!.Place);
    }

    [Fact]
    public async Task CastAsync_CountsEveryVote_WhenReviewersVoteAtOnce()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => votes.CastAsync(review.Id, 1 + i % 5, $"reviewer {i / 5}", Best(i % 2), Cancellation), Cancellation)));
        var results = await votes.ResultsAsync(review.Id, cancellation: Cancellation);
        Assert.Equal((40, 5, 8), (results.Votes, results.Settled, results.Reviewers.Count));
    }

    [Fact]
    public async Task UndoAsync_TakesStepsBackOneByOne_AndKeepsWhatWasSeen()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        await votes.CastAsync(review.Id, 1, "ann", new() { Choice = VoteChoice.AllBad }, Cancellation);
        await votes.CastAsync(review.Id, 3, "ann", new() { Tags = new Dictionary<int, string[]> { [1] = ["off topic", "off topic"], [0] = [] }, Note = " odd " }, Cancellation);
        await votes.RevealAsync(review.Id, 3, "ann", Cancellation);
        await votes.CastAsync(review.Id, 3, "ann", Best(1), Cancellation);
        var vote = (await votes.TurnAsync(review.Id, 3, "ann", Cancellation)).Vote!;
        Assert.Equal((1, "odd", true, true), (vote.Place, vote.Note, vote.Informed, vote.Revealed));
        Assert.Equal(["off topic"], Assert.Single(vote.ReadTags()).Value);

        Assert.Equal(3, await votes.UndoAsync(review.Id, "ann", Cancellation));
        vote = (await votes.TurnAsync(review.Id, 3, "ann", Cancellation)).Vote!;
        Assert.Equal((null, "odd", true), (vote.Choice, vote.Note, vote.Revealed));
        Assert.Equal(3, await votes.UndoAsync(review.Id, "ann", Cancellation));
        var turn = await votes.TurnAsync(review.Id, 3, "ann", Cancellation);
        Assert.Equal(("", true), (turn.Vote!.Note, turn.Open));
        Assert.Equal(1, await votes.UndoAsync(review.Id, "ann", Cancellation));
        Assert.Null(await votes.UndoAsync(review.Id, "ann", Cancellation));
        Assert.Null(await votes.UndoAsync(review.Id, "bob", Cancellation));
        Assert.Equal(0, (await votes.ResultsAsync(review.Id, cancellation: Cancellation)).Votes);
    }

    [Fact]
    public async Task TurnAsync_OpensTheItem_OnceTheReviewerHasVoted()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        await votes.CastAsync(review.Id, 1, "ann", Best(0), Cancellation);
        Assert.True((await votes.TurnAsync(review.Id, 1, "ann", Cancellation)).Open);
        Assert.False((await votes.TurnAsync(review.Id, 1, "bob", Cancellation)).Open);
        Assert.False((await votes.TurnAsync(review.Id, 1, null, Cancellation)).Open);
        // Having looked, ann knows: a change of mind is an informed one, and does not count among the blind.
        await votes.CastAsync(review.Id, 1, "ann", Best(1), Cancellation);
        Assert.Equal((0, 1), ((await votes.ResultsAsync(review.Id, cancellation: Cancellation)).Votes, (await votes.ResultsAsync(review.Id, cancellation: Cancellation)).Informed));
        Assert.Equal(1, (await votes.ResultsAsync(review.Id, countInformed: true, Cancellation)).Votes);
    }

    [Fact]
    public async Task CastAsync_StaysBlind_WhenAVoteIsCorrectedUnseen()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        await votes.CastAsync(review.Id, 1, "ann", Best(0), Cancellation);
        await votes.UndoAsync(review.Id, "ann", Cancellation);
        Assert.False((await votes.TurnAsync(review.Id, 1, "ann", Cancellation)).Open);
        Assert.False((await votes.CastAsync(review.Id, 1, "ann", Best(1), Cancellation)).Vote.Informed);
    }

    [Fact]
    public async Task NextAsync_GoesOnWhereOneLeft_AndEndsWhenAllIsDone()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host, perTask: 2);
        Assert.Equal(4, review.ItemCount);
        await votes.CastAsync(review.Id, 2, "ann", Best(0), Cancellation);
        Assert.Equal(1, await votes.NextAsync(review.Id, "ann", cancellation: Cancellation));
        Assert.Equal(3, await votes.NextAsync(review.Id, "ann", after: 1, Cancellation));
        foreach (var number in new[] { 3, 4 }) await votes.CastAsync(review.Id, number, "ann", Best(0), Cancellation);
        Assert.Equal(1, await votes.NextAsync(review.Id, "ann", after: 4, Cancellation));
        await votes.CastAsync(review.Id, 1, "ann", Best(0), Cancellation);
        Assert.Null(await votes.NextAsync(review.Id, "ann", cancellation: Cancellation));
        Assert.Equal(1, await votes.NextAsync(review.Id, "bob", cancellation: Cancellation));
    }

    [Fact]
    public async Task CastAsync_NamesTheFault_AndChangesNothing()
    {
        await using var host = await StoreHost.OpenAsync();
        var (review, votes) = await ArrangeAsync(host);
        await RefusedAsync("ann", Best(2), "choice");
        await RefusedAsync("ann", new() { Choice = VoteChoice.Best }, "choice");
        await RefusedAsync("ann", new() { Note = new string('x', ReviewVotes.MaxNoteLength + 1), Tags = new Dictionary<int, string[]> { [0] = ["unknown"], [9] = [] } }, "note", "tags", "tags");
        await RefusedAsync(" ", Best(0), "reviewer");
        await RefusedAsync("a\u0007b", Best(0), "reviewer");
        await Assert.ThrowsAsync<ReviewNotFoundException>(() => votes.CastAsync(review.Id, 999, "ann", Best(0), Cancellation));
        await Assert.ThrowsAsync<ReviewNotFoundException>(() => votes.CastAsync(999, 1, "ann", Best(0), Cancellation));
        Assert.Equal(0, (await votes.ResultsAsync(review.Id, cancellation: Cancellation)).Votes);

        async Task RefusedAsync(string reviewer, VoteEdit edit, params string[] fields) =>
            Assert.Equal(fields, (await Assert.ThrowsAsync<InvalidInputException>(() => votes.CastAsync(review.Id, 1, reviewer, edit, Cancellation))).Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    private static VoteEdit Best(int place) => new() { Choice = VoteChoice.Best, Place = place };

    private static async Task<(Review Review, ReviewVotes Votes)> ArrangeAsync(StoreHost host, int perTask = 50)
    {
        var (reviews, draft) = await ReviewStoreTests.ArrangeAsync(host);
        return (await reviews.CreateAsync(draft with { PerTask = perTask }, Cancellation), host.Get<ReviewVotes>());
    }
}
