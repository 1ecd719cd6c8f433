using MtlStudio.Core.Analysis;

namespace MtlStudio.Store;

/// <summary>Counts votes.</summary>
public static class ReviewTally
{
    /// <param name="review">With its runs.</param>
    /// <param name="items">All items, without their outputs.</param>
    /// <param name="votes">All votes.</param>
    /// <param name="reviewers">Who takes part.</param>
    /// <param name="countInformed">Counts the votes of a blind review that were given after names had been seen, too.</param>
    public static ReviewResults Of(Review review, IReadOnlyList<ReviewItem> items, IReadOnlyList<ReviewVote> votes, IReadOnlyList<Reviewer> reviewers, bool countInformed = false)
    {
        var counted = votes.Where(vote => vote.Choice is not null && (countInformed || !vote.Informed)).ToList();
        var byId = items.ToDictionary(item => item.Id);
        var tasks = items.Select(item => item.Task).Distinct().ToList();
        var runs = review.Runs.Count;
        return new()
        {
            Review = review,
            Settled = counted.Select(vote => vote.ItemId).Distinct().Count(),
            Votes = counted.Count,
            Informed = votes.Count(vote => vote.Choice is not null && vote.Informed),
            Pairs =
            [
                .. (tasks.Count > 1 ? tasks.Prepend(null) : tasks).SelectMany(task => Pairs(runs)
                    .Select(pair => Pair(task, pair.First, pair.Second, counted.Where(vote => task is null || byId[vote.ItemId].Task == task)))),
            ],
            Tags = Tags(review, votes),
            Positions = [.. Enumerable.Range(0, runs).Select(position => counted.Count(vote => vote.Place is { } place && byId[vote.ItemId].PositionOf(place) == position))],
            Reviewers =
            [
                .. reviewers.OrderBy(reviewer => reviewer.JoinedAt).Select(reviewer => new ReviewerResult(reviewer.Name, counted.Count(vote => vote.Reviewer == reviewer.Name),
                    votes.Count(vote => vote.Reviewer == reviewer.Name && vote.Choice is not null && vote.Informed), reviewer.PeekedAt)),
            ],
            Agreement = ReviewerAgreement.Of(counted, runs),
            Strengths = runs < 3 ? null : Strengths(counted, runs),
            Items =
            [
                .. votes.GroupBy(vote => vote.ItemId).Select(group => (Item: byId[group.Key], Votes: group)).OrderBy(pair => pair.Item.Number)
                    .Select(pair => new ItemResult(pair.Item.Number, pair.Item.Task, pair.Item.Example, pair.Item.Measure, [.. pair.Votes.OrderBy(vote => vote.Time)])),
            ],
        };
    }

    private static IEnumerable<(int First, int Second)> Pairs(int runs) =>
        from first in Enumerable.Range(0, runs)
        from second in Enumerable.Range(first + 1, runs - first - 1)
        select (first, second);

    /// <summary>A vote for one of several outputs says that it beats each of the others, and nothing of those among themselves.</summary>
    private static PairResult Pair(string? task, int first, int second, IEnumerable<ReviewVote> votes)
    {
        var (firstWins, secondWins, ties, bad, decided, share) = (0, 0, 0, 0, 0, 0.0);
        foreach (var item in votes.GroupBy(vote => vote.ItemId))
        {
            var (own, other) = (item.Count(vote => vote.Place == first), item.Count(vote => vote.Place == second));
            (firstWins, secondWins) = (firstWins + own, secondWins + other);
            ties += item.Count(vote => vote.Choice == VoteChoice.Tie);
            bad += item.Count(vote => vote.Choice == VoteChoice.AllBad);
            if (own + other == 0) continue;
            decided++;
            share += (double)own / (own + other);
        }
        if (decided == 0) return new(task, first, second, firstWins, secondWins, ties, bad, 0, null, null, null);
        // Sums of thirds may end a hair above the whole.
        var (low, high) = WilsonInterval.Of(Math.Min(share, decided), decided);
        return new(task, first, second, firstWins, secondWins, ties, bad, decided, share / decided, low, high);
    }

    private static List<TagResult> Tags(Review review, IReadOnlyList<ReviewVote> votes)
    {
        var given = votes.SelectMany(vote => vote.ReadTags().SelectMany(pair => pair.Value.Select(tag => (vote.ItemId, Place: pair.Key, Tag: tag)))).Distinct().ToList();
        return [.. review.ReadTags().Select(tag => new TagResult(tag, [.. review.Runs.OrderBy(run => run.Place).Select(run => given.Count(one => one.Tag == tag && one.Place == run.Place))]))];
    }

    private static double[]? Strengths(List<ReviewVote> votes, int runs) => BradleyTerry.Of(new PairwiseWins(runs, votes.SelectMany(vote => vote.Choice switch
    {
        VoteChoice.Best => Enumerable.Range(0, runs).Where(other => other != vote.Place).Select(other => new PairwiseVote(vote.Place!.Value, other, 1)),
        VoteChoice.Tie => Pairs(runs).Select(pair => new PairwiseVote(pair.First, pair.Second, 0)),
        _ => [],
    })).WithHalfTies());
}
