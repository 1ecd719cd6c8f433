using Bunit;
using MtlStudio.Store;
using MtlStudio.Web.Features.Reviews;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Reviews;

public sealed class ResultsPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Results_WaitForAPress_WhenABlindReviewerIsMidway()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        await host.Votes.CastAsync(review.Id, 1, "ann", new() { Choice = VoteChoice.Best, Place = 1 }, Cancellation);
        var page = host.Open<ResultsPage>($"/review/{review.Id}/results", review.Id);
        page.WaitForAssertion(() => Assert.Contains("Results end your blindness", page.Markup));
        Assert.DoesNotContain("pcgrad", page.Markup);
        Assert.DoesNotContain("export", page.Markup);
        await page.PressAsync("button", button => button.TextContent.Contains("anyway", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("pcgrad", page.Markup));
        Assert.NotNull(Assert.Single((await host.Votes.ResultsAsync(review.Id, cancellation: Cancellation)).Reviewers).PeekedAt);
        Assert.Contains("saw the results early", page.Markup);
    }

    [Fact]
    public async Task Results_SayWhoIsPreferred_AndOfWhat()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync(draft => draft with { Tasks = ["qa"], Blind = false, Filter = ReviewFilter.Worst });
        for (var number = 1; number <= 9; number++)
            await host.Votes.CastAsync(review.Id, number, "ann", new() { Choice = VoteChoice.Best, Place = 0, Tags = new Dictionary<int, string[]> { [1] = ["repeats"] } }, Cancellation);
        await host.Votes.CastAsync(review.Id, 10, "ann", new() { Choice = VoteChoice.Tie, Note = "both fine" }, Cancellation);
        await host.Votes.CastAsync(review.Id, 1, "bob", new() { Choice = VoteChoice.Best, Place = 0 }, Cancellation);
        var page = host.Open<ResultsPage>($"/review/{review.Id}/results", review.Id);
        page.WaitForAssertion(() => Assert.Contains("equal is preferred to pcgrad: 10 to 0 votes on 9 decided examples", page.Find(".page-sentence").TextContent));
        Assert.Contains("of the 12 worst, not of the task", page.Find(".page-sentence").TextContent);
        Assert.Contains("100.0 % [70.1, 100.0]", page.Find(".wins").TextContent);
        Assert.Equal(10, page.FindAll(".items tbody tr").Count);
        host.Navigation.NavigateTo($"/review/{review.Id}/results?show=note");
        page.WaitForAssertion(() => Assert.Contains("both fine", Assert.Single(page.FindAll(".items tbody tr")).TextContent));
    }

    [Theory]
    [InlineData(9, 0, 1)]
    [InlineData(0, 9, -1)]
    [InlineData(5, 4, 0)]
    [InlineData(0, 0, 0)]
    public void Winner_IsNamed_OnlyWhereTheIntervalLeavesNoDoubt(int first, int second, int expected)
    {
        var decided = first + second;
        var pair = new PairResult("qa", 0, 1, first, second, 0, 0, decided, decided == 0 ? null : (double)first / decided, null, null);
        Assert.Equal(expected, ResultWords.Winner(pair, 1));
    }

    [Fact]
    public void Winner_NeedsMore_WhenManyQuestionsAreAskedAtOnce()
    {
        var pair = new PairResult("qa", 0, 1, 9, 1, 0, 0, 10, 0.9, null, null);
        Assert.Equal(1, ResultWords.Winner(pair, 1));
        Assert.Equal(0, ResultWords.Winner(pair, 40));
    }
}
