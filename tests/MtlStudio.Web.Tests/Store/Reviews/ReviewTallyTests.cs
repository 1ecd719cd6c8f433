using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.Reviews;

public sealed class ReviewTallyTests
{
    [Fact]
    public void Of_KeepsTiesApart_AndCountsAnExampleOnce()
    {
        var results = Tally(2, Vote(1, "ann", 0), Vote(1, "bob", 0), Vote(2, "ann", 1), Vote(3, "ann", VoteChoice.Tie), Vote(4, "ann", VoteChoice.AllBad), Vote(5, "ann", 0), Vote(5, "bob", 1));
        var pair = results.Pairs.Single(row => row.Task == "qa");
        Assert.Equal((3, 2, 1, 1, 3), (pair.FirstWins, pair.SecondWins, pair.Ties, pair.AllBad, pair.Decided));
        // Examples 1, 2 and 5 with shares 1, 0 and a half.
        Assert.Equal(0.5, pair.Share!.Value, 1e-12);
        Assert.Equal(0.1253344719102632, pair.Low!.Value, 1e-12);
        Assert.Equal(0.8746655280897369, pair.High!.Value, 1e-12);
        Assert.Single(results.Pairs);
        Assert.Null(results.Strengths);
    }

    [Fact]
    public void Of_SaysNothingOfTheOthersAmongThemselves_WhenOneOfThreeIsChosen()
    {
        var results = Tally(3, Vote(1, "ann", 2), Vote(2, "ann", 2), Vote(3, "ann", 0), Vote(4, "ann", 1));
        Assert.Equal([(0, 1, 1, 1), (0, 2, 1, 2), (1, 2, 1, 2)], results.Pairs.Select(row => (row.First, row.Second, row.FirstWins, row.SecondWins)));
        Assert.Equal(3, results.Strengths!.Count);
        Assert.Equal(0, results.Strengths.Sum(), 1e-9);
        Assert.True(results.Strengths[2] > results.Strengths[0]);
    }

    [Fact]
    public void Of_MeasuresAgreement_WhereReviewersMet()
    {
        var results = Tally(2, Vote(1, "ann", 0), Vote(1, "bob", 0), Vote(2, "ann", 1), Vote(2, "bob", 1), Vote(3, "ann", 0), Vote(3, "bob", 1), Vote(4, "ann", VoteChoice.Tie));
        var agreement = results.Agreement;
        Assert.Equal(3, agreement.Items);
        var pair = Assert.Single(agreement.Pairs);
        Assert.Equal(("ann", "bob", 3), (pair.First, pair.Second, pair.Items));
        Assert.Equal(2.0 / 3, pair.Same, 1e-12);
        // Observed 2/3, expected 4/9.
        Assert.Equal((2.0 / 3 - 4.0 / 9) / (1 - 4.0 / 9), pair.Kappa!.Value, 1e-12);
        // Coincidences (3, 3): six ratings, of which one pair differs.
        Assert.Equal(1 - 5 * 2.0 / 18, agreement.Alpha!.Value, 1e-12);
        Assert.Null(agreement.Fleiss);
        Assert.Null(Tally(2, Vote(1, "ann", 0)).Agreement.Alpha);
    }

    [Fact]
    public void Of_CountsTagsByOutput_AndPositionsByWhatWasShown()
    {
        var tagged = Vote(1, "ann", 0);
        tagged.TagsJson = """{"0":["repeats"],"1":["wrong fact","repeats"]}""";
        var again = Vote(1, "bob", 0);
        again.TagsJson = """{"1":["repeats"]}""";
        var results = Tally(2, tagged, again, Vote(2, "ann", 1));
        Assert.Equal([("wrong fact", 0, 1), ("repeats", 1, 1)], results.Tags.Select(tag => (tag.Tag, tag.Outputs[0], tag.Outputs[1])));
        // Item 1 shows run 0 first, item 2 shows run 1 first.
        Assert.Equal([3, 0], results.Positions);
    }

    private static ReviewResults Tally(int runs, params ReviewVote[] votes)
    {
        var review = new Review { Runs = [.. Enumerable.Range(0, runs).Select(place => new ReviewRun { Place = place, RunId = place + 1 })], TagsJson = """["wrong fact","repeats"]""", ItemCount = 6 };
        var items = Enumerable.Range(1, 6).Select(number => new ReviewItem
        {
            Id = number, Number = number, Task = "qa",
            Order = string.Concat(Enumerable.Range(0, runs).Select(position => (position + number + 1) % runs)),
        }).ToList();
        return ReviewTally.Of(review, items, votes, [.. votes.Select(vote => vote.Reviewer).Distinct().Select(name => new Reviewer { Name = name })]);
    }

    private static ReviewVote Vote(int item, string reviewer, int place) => new() { ItemId = item, Reviewer = reviewer, Choice = VoteChoice.Best, Place = place };

    private static ReviewVote Vote(int item, string reviewer, VoteChoice choice) => new() { ItemId = item, Reviewer = reviewer, Choice = choice };
}
