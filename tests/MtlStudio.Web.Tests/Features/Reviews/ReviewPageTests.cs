using Bunit;
using MtlStudio.Store;
using MtlStudio.Web.Features.Reviews;
using MtlStudio.Web.Tests.Store.Reviews;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Reviews;

public sealed class ReviewPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BlindPage_LeaksNothing_BeforeTheVote()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        for (var number = 1; number <= review.ItemCount; number++)
        {
            host.Navigation.NavigateTo($"/review/{review.Id}?item={number}");
            page.WaitForAssertion(() => Assert.Equal($"{number}", page.Find(".review-place b").TextContent));
            // All that reaches the browser: elements with every attribute, the title, the address.
            foreach (var text in new[] { page.Markup, host.TitleOf(page), host.Navigation.Uri })
                foreach (var secret in new[] { "pcgrad", "equal", "reference of qa", "reference of summary", "/runs/", "exact-match", ">Reference<", "nats", "greedy" })
                    Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        }
        // And the same words are there once a vote was given, so that the test can fail.
        await host.Votes.CastAsync(review.Id, review.ItemCount, "ann", new() { Choice = VoteChoice.Tie }, Cancellation);
        page.WaitForAssertion(() =>
        {
            foreach (var word in new[] { "pcgrad", "equal", "reference of", ">Reference<", "/runs/", "exact-match", "nats", "greedy" }) Assert.Contains(word, page.Markup);
        });
    }

    [Fact]
    public async Task Outputs_StandInTheItemsOrder_WhateverTheRunsOrderIs()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        foreach (var (item, _) in await host.Votes.PageAsync(review.Id, 0, 8, Cancellation))
        {
            host.Navigation.NavigateTo($"/review/{review.Id}?item={item.Number}");
            page.WaitForAssertion(() => Assert.Equal($"{item.Number}", page.Find(".review-place b").TextContent));
            Assert.Equal(item.Shown().Select(output => output.Text.Length == 0 ? "(no output)" : output.Text), page.FindAll(".output-body").Select(body => body.TextContent.Trim()));
        }
    }

    [Fact]
    public async Task Vote_IsKept_AndTheNextItemComes()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        foreach (var key in new[] { "1", "2", "t", "b", "e", "n", "r", "u", "d", "←", "→" }) Assert.NotEmpty(page.FindAll($"[data-keys='{key}']"));
        await page.PressAsync(".output-foot [data-keys='2']");
        page.WaitForAssertion(() => Assert.Equal("2", page.Find(".review-place b").TextContent));
        Assert.Contains("B is best", page.Find("[role=status]").TextContent);
        await page.PressAsync("[data-keys='t']");
        page.WaitForAssertion(() => Assert.EndsWith("item=3", host.Navigation.Uri));
        await page.PressAsync("[data-keys='b']");
        page.WaitForAssertion(() => Assert.EndsWith("item=4", host.Navigation.Uri));
        var items = (await host.Votes.PageAsync(review.Id, 0, 3, Cancellation)).ToList();
        Assert.Equal([VoteChoice.Best, VoteChoice.Tie, VoteChoice.AllBad], items.Select(pair => Assert.Single(pair.Votes).Choice!.Value));
        Assert.Equal(items[0].Item.Order[1] - '0', items[0].Votes[0].Place);

        await page.PressAsync("[data-keys='u']");
        page.WaitForAssertion(() => Assert.EndsWith("item=3", host.Navigation.Uri));
        Assert.Equal(2, Assert.Single(await host.Reviews.ProgressAsync(review.Id, Cancellation)).Voted);
    }

    [Fact]
    public async Task TagsAndNote_AreKept_WithoutAVote()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        await page.PressAsync(".tag", 1);
        page.WaitForAssertion(() => Assert.Equal("true", page.FindAll(".tag")[1].GetAttribute("aria-pressed")));
        await page.ChangeAsync("textarea", "odd end");
        page.WaitForAssertion(() => Assert.Contains("is kept", page.Find("[role=status]").TextContent));
        var turn = await host.Votes.TurnAsync(review.Id, 1, "ann", Cancellation);
        Assert.Equal(("odd end", null), (turn.Vote!.Note, turn.Vote.Choice));
        Assert.Equal((turn.Item.Order[0] - '0', "off topic"), (turn.Vote.ReadTags().Single().Key, turn.Vote.ReadTags().Single().Value.Single()));
        Assert.False(turn.Open);
        await page.PressAsync(".tag", 1);
        page.WaitForAssertion(() => Assert.Equal("false", page.FindAll(".tag")[1].GetAttribute("aria-pressed")));
    }

    [Fact]
    public async Task Reveal_ShowsWhoseItIs_AndIsWrittenDown()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        await page.PressAsync("[data-keys='r']");
        page.WaitForAssertion(() => Assert.Equal(["equal", "pcgrad"], page.FindAll(".output-run").Select(link => link.TextContent).Order()));
        Assert.Contains("written down", page.Find("[role=status]").TextContent);
        Assert.Empty(page.FindAll("[data-keys='r']"));
        await page.PressAsync(".output-foot [data-keys='1']");
        page.WaitForAssertion(() => Assert.EndsWith("item=2", host.Navigation.Uri));
        Assert.True((await host.Votes.TurnAsync(review.Id, 1, "ann", Cancellation)).Vote!.Informed);
        // The next one is blind again.
        Assert.Empty(page.FindAll(".output-run"));
    }

    [Fact]
    public async Task OtherTab_IsTold_WhenTheSameReviewerVotesElsewhere()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        await host.Votes.CastAsync(review.Id, 1, "ann", new() { Choice = VoteChoice.AllBad }, Cancellation);
        page.WaitForAssertion(() => Assert.Contains("Another tab of yours", page.Find("[role=status]").TextContent));
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("[data-keys='b']").GetAttribute("aria-pressed")));
        await host.Votes.CastAsync(review.Id, 1, "bob", new() { Choice = VoteChoice.Tie }, Cancellation);
        page.WaitForAssertion(() => Assert.Contains("bob 1", page.Markup));
    }

    [Fact]
    public async Task Review_BeginsWhereOneLeft_AndEndsWithTheResults()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync(draft => draft with { Tasks = ["qa"], PerTask = 3 });
        foreach (var number in new[] { 1, 3 }) await host.Votes.CastAsync(review.Id, number, "ann", new() { Choice = VoteChoice.Tie }, Cancellation);
        var page = host.OpenReview(review.Id);
        Assert.Equal("2", page.Find(".review-place b").TextContent);
        await page.PressAsync("[data-keys='t']");
        page.WaitForAssertion(() => Assert.Contains("You have voted on all 3", page.Markup));
        Assert.Contains($"/review/{review.Id}/results", page.Markup);
    }

    [Fact]
    public async Task Page_AsksForAName_WhenTheBrowserKnowsNone()
    {
        await using var host = await ReviewHost.OpenAsync(reviewer: null);
        var review = await host.CreateAsync();
        var page = host.OpenReview(review.Id);
        await page.SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("1 to 60 printable characters", page.Markup));
        await page.TypeAsync("input", "carol");
        await page.SubmitAsync();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".review")));
        Assert.Equal("carol", Assert.Single(await host.Reviews.ProgressAsync(review.Id, Cancellation)).Name);
    }

    [Fact]
    public async Task Page_SaysWhatAJudgeMustKnow_WhenOutputsAreCutEmptyOrTheSame()
    {
        await using var host = await ReviewHost.OpenAsync();
        var review = await host.CreateAsync(draft => draft with { Filter = ReviewFilter.Chosen, Chosen = [new("qa", 7), new("qa", 5)] });
        var page = host.OpenReview(review.Id);
        Assert.Contains("cut at the token limit", page.Markup);
        Assert.Contains("(no output)", page.Markup);
        await page.PressAsync("[data-keys='→']");
        page.WaitForAssertion(() => Assert.Contains("All outputs are the same.", page.Markup));
    }

    [Fact]
    public async Task Page_ShowsTheBeginning_WhenAnOutputIsEnormous()
    {
        await using var host = await ReviewHost.OpenAsync();
        var huge = await ReviewedRuns.AddAsync(host.Runs, host.Ingest, ReviewedRuns.Spec("huge", "qa"), (_, _, _) => new string('x', 250_000));
        var review = await host.CreateAsync(draft => draft with { Runs = [host.Entries[0], new(huge)], Tasks = ["qa"], PerTask = 1 });
        var page = host.OpenReview(review.Id);
        Assert.InRange(page.Markup.Length, 3000, 40_000);
        await page.PressAsync("button", button => button.TextContent.Contains("250,000 characters", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.InRange(page.Markup.Length, 100_000, 140_000));
        Assert.Contains("the export holds the rest", page.Markup);
    }
}
