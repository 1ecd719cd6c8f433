using Bunit;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Live;
using MtlStudio.Web.Features.RunDetail;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_SaysSo_WhenThereIsNoSuchRun()
    {
        await using var host = await RunPageHost.OpenAsync();
        var page = host.Open(99);
        await page.WaitForAssertionAsync(() => Assert.Equal("There is no run 99", page.Find("h1").TextContent));
        Assert.Contains("deleted", page.Find(".page-sentence").TextContent);
    }

    [Fact]
    public async Task Header_TellsStateProgressAndSentence_WhileItTrains()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(300);
        var page = host.Open(await host.AddRunningAsync(story));
        await page.WaitForAssertionAsync(() => Assert.Equal("four-tasks", page.Find("h1").TextContent));
        Assert.Contains("running", page.Find(".state").TextContent);
        Assert.Contains("300 of 600 steps", page.Find(".run-numbers").TextContent);
        Assert.Contains("tokens/s", page.Find(".run-numbers").TextContent);
        Assert.StartsWith("3 of 4 tasks learn, sentiment most: validation loss 2.31 →", page.Find(".run-sentence").TextContent);
        Assert.Contains("translation gets worse", page.Find(".run-sentence").TextContent);
        Assert.Equal(["Pause", "Stop", "Make baselines", "Clone", "Compare", "Export"], Presses(page));
    }

    [Fact]
    public async Task Header_SaysWhatItWaitsFor_WhenQueued()
    {
        await using var host = await RunPageHost.OpenAsync();
        var run = await host.Store.CreateAsync(RecordedRun.Spec(), cancellation: Cancellation);
        var page = host.Open(run.Id);
        await page.WaitForAssertionAsync(() => Assert.Contains("waits for a cpu device", page.Find(".run-sentence").TextContent));
        Assert.Equal(["Stop", "Make baselines", "Clone", "Compare"], Presses(page));
        Assert.Equal("–", page.Find("td[data-label='Effective loss weight']").TextContent);
    }

    [Fact]
    public async Task Header_OffersRetryAndCure_WhenItFailed()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(70);
        var id = await host.AddRunningAsync(story);
        await host.Store.TransitionAsync(id, RunState.Failed, "trainer exit 1", run => run.Failure = "The loss of qa is not finite: lower the learning rate", cancellation: Cancellation);
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Equal("Failed at step 70: The loss of qa is not finite: lower the learning rate.", page.Find(".run-sentence").TextContent));
        Assert.Contains("Retry", Presses(page));
        Assert.DoesNotContain("Stop", Presses(page));
    }

    [Fact]
    public async Task Presses_ChangeTheRun_AndARefusalIsToldInWords()
    {
        await using var host = await RunPageHost.OpenAsync();
        var id = (await host.Store.CreateAsync(RecordedRun.Spec(), cancellation: Cancellation)).Id;
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Contains("Stop", Presses(page)));
        await host.Store.TransitionAsync(id, RunState.Stopped, "stopped elsewhere", cancellation: Cancellation);
        await PressAsync(page, "Stop");
        await page.WaitForAssertionAsync(() => Assert.Contains("is stopped: only a run that waits", page.Find("[role=alert]").TextContent));

        await host.Feed.TellAsync(new LiveChange(id, RunState.Stopped, null));
        await page.WaitForAssertionAsync(() => Assert.Contains("Retry", Presses(page)));
        await PressAsync(page, "Retry");
        Assert.Equal(RunState.Queued, (await host.Store.GetAsync(id, Cancellation)).State);
        await page.WaitForAssertionAsync(() => Assert.Contains("queued", page.Find(".state").TextContent));
    }

    [Fact]
    public async Task Page_MovesWithTheFeed_AndLetsGoOfItWhenLeft()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(100);
        var id = await host.AddRunningAsync(story);
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Contains("100 of 600", page.Find(".run-numbers").TextContent));
        await page.WaitForAssertionAsync(() => Assert.Equal(1, host.Feed.Readers));
        await host.TellAsync(id, story.TrainTo(130));
        await page.WaitForAssertionAsync(() => Assert.Contains("130 of 600", page.Find(".run-numbers").TextContent));
        await host.TellAsync(id, story.TrainTo(200));
        await page.WaitForAssertionAsync(() => Assert.Contains("in 200 steps", page.Find(".run-sentence").TextContent));
        await host.Context.DisposeComponentsAsync();
        Assert.Equal(0, host.Feed.Readers);
    }

    [Fact]
    public async Task TaskTable_ShowsScoreBesideTheChosenReference()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(300);
        var id = await host.AddRunningAsync(story);
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindAll("tbody tr").Count));
        var sentiment = page.FindAll("tbody tr")[2];
        Assert.Contains("accuracy ↑ %", sentiment.TextContent);
        // Beside the untuned model, for there is no baseline: 50.0 at step 0.
        Assert.Equal("50.0", sentiment.QuerySelector("td[data-label='Reference']")!.TextContent.Trim());
        var difference = sentiment.QuerySelector("td[data-label='Difference']")!;
        Assert.Contains("ahead so far", difference.TextContent);
        Assert.Equal($"/compare?runs={id}&reference=untuned&task=sentiment&open={id}", difference.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("25.0 %", sentiment.QuerySelector("td[data-label='Share (planned)']")!.TextContent);
        Assert.Contains("Validation loss of sentiment from 2.310", sentiment.QuerySelector("svg")!.GetAttribute("aria-label"));

        await page.PressAsync(".mud-toggle-item", 0);
        Assert.EndsWith("?ref=baseline", host.Navigation.Uri);
    }

    [Fact]
    public async Task TaskTable_TakesTheBaselineAtTheSameStep_WhereThereIsOne()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(300);
        var id = await host.AddRunningAsync(story);
        var choices = await host.Store.EnsureBaselinesAsync(id, Cancellation);
        var baseline = choices.Single(choice => choice.Task == "sentiment").RunId;
        var alone = new RecordedRun(baselineOf: "sentiment");
        alone.TrainTo(400);
        await alone.IngestAsync(host.Ingest, baseline, Cancellation);
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindAll("tbody tr").Count));
        var rows = page.FindAll("tbody tr");
        var expected = Web.Charts.Format.Score(alone.Events.OfType<EvaluationEvent>().Single(value => value.Step == 300).Tasks[0].Metrics["accuracy"], "fraction");
        var cell = rows[2].QuerySelector("td[data-label='Reference']")!;
        Assert.Equal(expected, cell.TextContent.Trim());
        Assert.Equal($"/runs/{baseline}", cell.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("so far", rows[2].QuerySelector("td[data-label='Difference']")!.TextContent);
        Assert.Contains("its baseline, is queued", rows[0].QuerySelector("td[data-label='Reference']")!.GetAttribute("title"));
    }

    private static string[] Presses(IRenderedComponent<RunPage> page) => [.. page.FindAll(".run-actions .mud-button-root").Select(button => button.TextContent.Trim())];

    private static Task PressAsync(IRenderedComponent<RunPage> page, string text) => page.PressAsync(".run-actions .mud-button-root", button => button.TextContent.Trim() == text);
}
