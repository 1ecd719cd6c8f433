using Bunit;
using MtlStudio.Store;
using MtlStudio.Web.Features.Reviews;
using MtlStudio.Web.Tests.Store.Reviews;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Reviews;

public sealed class NewReviewPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_MakesAReview_OfWhatTheAddressNames()
    {
        await using var host = await ReviewHost.OpenAsync();
        var page = host.Open<NewReviewPage>($"/review/new?runs={host.Entries[0].Run},{host.Entries[1].Run}&task=qa&filter=changed&count=5&blind=false");
        page.WaitForAssertion(() => Assert.Contains("At most 5 examples, 2 outputs each, test split.", page.Markup));
        Assert.Equal(["true", "false"], page.FindAll(".task-chip").Select(chip => chip.GetAttribute("aria-pressed")));
        await page.PressAsync("button", button => button.TextContent.Contains("Start the review", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Matches("/review/[0-9]+$", host.Navigation.Uri));
        var review = Assert.Single((await host.Reviews.ListAsync(cancellation: Cancellation)).Items).Review;
        Assert.Equal((5, ReviewFilter.Changed, false), (review.ItemCount, review.Filter, review.Blind));
    }

    [Fact]
    public async Task Page_KeepsTheChoiceInTheAddress_AndSaysWhatIsMissing()
    {
        await using var host = await ReviewHost.OpenAsync();
        var page = host.Open<NewReviewPage>($"/review/new?runs={host.Entries[0].Run}");
        page.WaitForAssertion(() => Assert.Contains("Choose one more run to begin.", page.Markup));
        host.Navigation.NavigateTo($"/review/new?runs={host.Entries[0].Run},999");
        page.WaitForAssertion(() => Assert.Contains("There is no run 999", page.Markup));
        host.Navigation.NavigateTo($"/review/new?runs={host.Entries[0].Run},{host.Entries[1].Run}");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".task-chip").Count));
        await page.PressAsync(".task-chip", 0);
        page.WaitForAssertion(() => Assert.Contains("task=summary", host.Navigation.Uri));
    }

    [Fact]
    public async Task Page_NarrowsToASlice_ByColumnAndValue()
    {
        await using var host = await ReviewHost.OpenAsync();
        var (_, draft) = await ReviewSliceTests.ArrangeAsync(host.Store);
        var page = host.Open<NewReviewPage>($"/review/new?runs={draft.Runs[0].Run},{draft.Runs[1].Run}");
        page.WaitForAssertion(() => Assert.Contains("topic", page.Find("[data-field=slice-column]").TextContent));
        await page.ChangeAsync("[data-field=slice-column]", "topic");
        page.WaitForAssertion(() => Assert.Contains("birds · 4 rows", page.Find("[data-field=slice-value]").TextContent));
        var birds = page.FindAll("[data-field=slice-value] option").Single(option => option.TextContent.StartsWith("birds", StringComparison.Ordinal)).GetAttribute("value")!;
        await page.ChangeAsync("[data-field=slice-value]", birds);
        page.WaitForAssertion(() => Assert.Contains("slice=topic%3Dbirds", host.Navigation.Uri));
        page.WaitForAssertion(() => Assert.Contains("4 examples, 2 outputs each", page.Markup));
        Assert.Contains("It speaks for the slice", page.Markup);
        await page.PressAsync(".slice-drop");
        page.WaitForAssertion(() => Assert.DoesNotContain("slice=", host.Navigation.Uri));
    }

    [Fact]
    public async Task List_NamesNoRunOfABlindReview_AndDeletesOnlyByName()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        await host.Votes.CastAsync(review.Id, 1, "ann", new() { Choice = VoteChoice.Tie }, Cancellation);
        var page = host.Open<ReviewsPage>("/review");
        page.WaitForAssertion(() => Assert.Contains(review.Name, page.Markup));
        Assert.Contains("2 runs, blind", page.Markup);
        Assert.DoesNotContain("pcgrad", page.Markup);
        await page.PressAsync($"button[aria-label='Delete {review.Name}']");
        page.WaitForAssertion(() => Assert.Contains("1 votes go with it", page.Markup.Replace("1 vote goes", "1 votes go", StringComparison.Ordinal)));
        Assert.Equal(1, (await host.Reviews.ListAsync(cancellation: Cancellation)).Total);
        await page.TypeAsync(".review-line-delete input", review.Name);
        await page.PressAsync(".review-line-delete button", button => button.TextContent.Contains("Delete", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("Metrics count, people judge", page.Markup));
    }

    [Theory]
    [InlineData("1,2@100, 3", "random", 3, 100)]
    [InlineData("x,1@a,5", "nonsense", 1, null)]
    [InlineData(null, null, 0, null)]
    public void Query_IsReadBack_AndNonsenseIsLeftOut(string? runs, string? filter, int count, int? step)
    {
        var draft = ReviewQuery.Read(runs, ["qa", "qa"], "dev", filter, -4, null, ["qa:7", "qa:x", "a:b:2"]);
        Assert.Equal(count, draft.Runs.Count);
        if (step is not null) Assert.Equal(step, draft.Runs[1].Step);
        Assert.Equal(["qa"], draft.Tasks);
        Assert.Equal((null, ReviewFilter.Chosen, 50, true), (draft.Split, draft.Filter, draft.PerTask, draft.Blind));
        Assert.Equal([new("qa", 7), new("a:b", 2)], draft.Chosen);
        var written = ReviewQuery.Write(draft).ToDictionary(pair => pair.Name, pair => pair.Value);
        Assert.Equal(["qa:7", "a:b:2"], (string[])written["example"]!);
        Assert.Null(written["filter"]);
    }
}
