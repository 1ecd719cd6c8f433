using Bunit;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Features.RunDetail.Overview;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class EvaluationTests
{
    [Fact]
    public async Task ScoreTable_HasARowAnEvaluation_TheTestSplitOnTop()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.Finish();
        var page = host.Open(await host.AddFinishedAsync(story), "?tab=evaluation");
        await page.WaitForAssertionAsync(() => Assert.Equal(14, page.FindAll(".scores tbody tr").Count));
        var rows = page.FindAll(".scores tbody tr");
        Assert.Equal("test, step 600", rows[0].QuerySelector("th")!.TextContent);
        Assert.Equal("600", rows[1].QuerySelector("th")!.TextContent);
        Assert.Equal("0 (untuned)", rows[^1].QuerySelector("th")!.TextContent);
        var sentiment = rows[1].QuerySelectorAll("td")[2];
        Assert.Equal("89.0", sentiment.QuerySelector("b")!.TextContent);
        Assert.Equal("+39.0", sentiment.QuerySelector(".delta")!.TextContent);
        Assert.Equal("beside the untuned model (step 0): 50.0", sentiment.GetAttribute("title"));
        // The untuned model was not scored on test: no difference is made up.
        Assert.Null(rows[0].QuerySelector(".delta"));
    }

    [Fact]
    public async Task ScoreTable_ShowsAllMetricsOfOneTask_WhenItIsChosen()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(100);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=evaluation&task=qa");
        await page.WaitForAssertionAsync(() => Assert.Equal(["Step", "loss ↓ nats", "squad-f1 ↑ %"], page.FindAll(".scores thead th").Select(cell => cell.TextContent.Trim())));
        Assert.Equal("Scores of qa", page.Find("#scores").TextContent);
    }

    [Fact]
    public async Task Samples_FollowOneExampleThroughTraining()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(300);
        var id = await host.AddRunningAsync(story);
        var page = host.Open(id, "?tab=evaluation&task=sentiment&example=7");
        await page.WaitForAssertionAsync(() => Assert.Equal(7, page.FindAll(".sample-outputs tbody tr").Count));
        Assert.Contains("example 2 of 4", page.Find(".sample-steps").TextContent);
        Assert.StartsWith("sentiment example 1:", page.Find(".sample-given pre").TextContent);
        var rows = page.FindAll(".sample-outputs tbody tr");
        Assert.Equal("the ferry", rows[0].QuerySelector("pre")!.TextContent);
        Assert.Equal("the the the mill mill", rows[^1].QuerySelector("pre")!.TextContent);
        Assert.NotNull(rows[^1].QuerySelector(".cut-mark"));
        Assert.Null(rows[0].QuerySelector(".cut-mark"));
        await page.PressAsync("[aria-label='Next example']");
        Assert.Contains("example=14", host.Navigation.Uri);
        await host.TellAsync(id, story.TrainTo(350));
        await page.WaitForAssertionAsync(() => Assert.Equal(8, page.FindAll(".sample-outputs tbody tr").Count));
    }

    [Fact]
    public async Task CheckpointTable_SaysWhyEachIsKept()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(200);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=evaluation");
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll(".checkpoints tbody tr").Count));
        Assert.Contains("last, best of sentiment", page.FindAll(".checkpoints tbody tr")[0].TextContent);
        Assert.Contains("4.59 MiB", page.Find(".checkpoints tbody").TextContent);
    }

    [Fact]
    public async Task Tab_SaysWhatComes_WhenNothingWasEvaluated()
    {
        await using var host = await RunPageHost.OpenAsync();
        var run = await host.Store.CreateAsync(RecordedRun.Spec(), cancellation: Xunit.TestContext.Current.CancellationToken);
        var page = host.Open(run.Id, "?tab=evaluation");
        await page.WaitForAssertionAsync(() => Assert.Contains("the first is made at step 0", page.Markup));
        Assert.Contains("No sample yet", page.Markup);
        Assert.Contains("one is saved every 50 steps", page.Markup);
    }
}
