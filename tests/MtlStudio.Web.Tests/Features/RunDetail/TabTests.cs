using Bunit;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.RunDetail.Curves;
using MtlStudio.Web.Features.RunDetail.Overview;
using MtlStudio.Web.Features.RunDetail.Spec;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class TabTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Overview_DrawsAPanelATask_WithReferenceAndMarks()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(200);
        var page = host.Open(await host.AddRunningAsync(story));
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindComponent<PanelChart>().Instance.Panels.Count));
        var panel = page.FindComponent<PanelChart>().Instance.Panels[2];
        Assert.Equal("sentiment", panel.Title);
        Assert.Equal(["training", "validation", "untuned"], panel.Series.Select(line => line.Name));
        Assert.Equal([SeriesStyle.Train, SeriesStyle.Validation, SeriesStyle.Reference], panel.Series.Select(line => line.Style));
        Assert.NotNull(panel.Series[0].Band);
        Assert.Equal([150.0, 200], panel.Marks.Where(mark => mark.Kind == MarkKind.Checkpoint).Select(mark => mark.X));
        Assert.Contains("validation loss of sentiment from 2.31 to", page.FindComponent<PanelChart>().Instance.Summary);
    }

    [Fact]
    public async Task Overview_DrawsTheBaseline_OverTheTasksOwnExamples()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(200);
        var id = await host.AddRunningAsync(story);
        var choice = (await host.Store.EnsureBaselinesAsync(id, Cancellation)).Single(choice => choice.Task == "qa");
        var alone = new RecordedRun(seed: 5, baselineOf: "qa");
        alone.TrainTo(200);
        await alone.IngestAsync(host.Ingest, choice.RunId, Cancellation);
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindComponent<PanelChart>().Instance.Panels.Count));
        var chart = page.FindComponent<PanelChart>().Instance;
        Assert.False(chart.SharedX);
        Assert.Equal("examples of the task", chart.XTitle);
        var baseline = chart.Panels[0].Series.Single(line => line.Style == SeriesStyle.Reference);
        Assert.Equal($"baseline (run {choice.RunId})", baseline.Name);
        // It replays the mix's draws: each of its evaluations lies where the mix's does.
        Assert.Equal(chart.Panels[0].Series.Single(line => line.Style == SeriesStyle.Validation).X, baseline.X);
        Assert.Equal(2, chart.Panels[1].Series.Count);
    }

    [Fact]
    public async Task Overview_ReadsTheStretchAnew_WhenTheAddressIsZoomed()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(200);
        var page = host.Open(await host.AddRunningAsync(story), "?x=step&from=50&to=120");
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindComponent<PanelChart>().Instance.Panels.Count));
        var chart = page.FindComponent<PanelChart>();
        Assert.All(chart.Instance.Panels, panel => Assert.Equal(((double, double)?)(50, 120), (panel.Zoom!.From, panel.Zoom.To)));
        Assert.Equal((50.0, 120.0), (chart.Instance.Panels[0].Series[0].X[0], chart.Instance.Panels[0].Series[0].X[^1]));
        await page.InvokeAsync(() => chart.Instance.OnZoom.InvokeAsync(new(1, new(60.123, 80))));
        Assert.EndsWith("?x=step&from=60.12&to=80", host.Navigation.Uri);
        await page.InvokeAsync(() => chart.Instance.OnZoom.InvokeAsync(new(0, null)));
        Assert.EndsWith("?x=step", host.Navigation.Uri);
    }

    [Fact]
    public async Task Overview_ShowsOneMapOfAll_AndTheWorstEight_WhenThereAreManyTasks()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun(tasks: 12);
        story.TrainTo(100);
        var id = (await host.Store.CreateAsync(RecordedRun.Spec(tasks: 12), cancellation: Cancellation)).Id;
        await story.IngestAsync(host.Ingest, id, Cancellation);
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.Equal(8, page.FindComponent<PanelChart>().Instance.Panels.Count));
        await page.WaitForAssertionAsync(() => Assert.Equal(3, page.FindComponent<HeatMap>().Instance.Z.GetLength(1)));
        var map = page.FindComponent<HeatMap>().Instance;
        Assert.Equal((12, 3), (map.Z.GetLength(0), map.Z.GetLength(1)));
        Assert.StartsWith("translation", map.Y[0]);
        Assert.Equal(0, map.Z[0, 0], 1e-12);
        Assert.True(map.Z[0, 2] > 0 && map.Z[11, 2] < 0);
        await page.PressAsync(".pins .mud-chip", chip => chip.TextContent.Trim() == "qa-2");
        Assert.EndsWith("?pin=qa-2", host.Navigation.Uri);
        await page.WaitForAssertionAsync(() => Assert.Equal(["qa-2"], page.FindComponent<PanelChart>().Instance.Panels.Select(panel => panel.Title)));
    }

    [Fact]
    public async Task Curves_DrawTheChosenSeries_APanelAKind()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(60);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=curves");
        await page.WaitForAssertionAsync(() => Assert.Equal(["Training loss", "Validation loss"], page.FindComponent<PanelChart>().Instance.Panels.Select(panel => panel.Title)));
        await page.ChangeAsync(".picker-line input", true, box => box.ParentElement!.GetAttribute("title") == SeriesNames.LearningRate);
        Assert.Contains("series=lr", host.Navigation.Uri);
        await page.WaitForAssertionAsync(() => Assert.Equal("Learning rate", page.FindComponent<PanelChart>().Instance.Panels[^1].Title));
        host.Navigation.NavigateTo($"{host.Navigation.Uri.Split('?')[0]}?tab=curves&series=lr&smooth=0&log=true");
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindComponent<PanelChart>().Instance.Panels));
        Assert.True(page.FindComponent<PanelChart>().Instance.Panels[0].LogY);
        Assert.Equal(60, page.FindComponent<PanelChart>().Instance.Panels[0].Series[0].X.Count);
    }

    [Fact]
    public async Task Chart_TurnsIntoATableOfTheSameData()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(60);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=curves&series=lr&smooth=0");
        await page.WaitForAssertionAsync(() => page.FindComponent<PanelChart>());
        await page.PressAsync("[aria-label='Show the table']");
        Assert.Equal(60, page.FindComponent<ChartTable>().Instance.Rows.Count);
        Assert.Empty(page.FindComponents<PanelChart>());
        Assert.Contains("GET /api/v1/runs/1/points?x=step&amp;series=lr", page.Find(".frame-api code").InnerHtml);
    }

    [Fact]
    public void SeriesGroups_KnowEveryKindATrainerWrites()
    {
        var story = new RecordedRun();
        var declared = story.Events.OfType<SeriesEvent>().First().Series.Select(series => new Series { Name = series.Name, Count = 1 });
        var groups = SeriesGroups.Of(declared);
        Assert.Equal("loss/train", groups[0].Key);
        Assert.Equal(["Scores: accuracy", "Scores: bleu", "Scores: rouge-l", "Scores: squad-f1"], groups.Where(group => group.Title.StartsWith("Scores", StringComparison.Ordinal)).Select(group => group.Title));
        Assert.Equal(["all tasks", "qa", "sentiment", "summary", "translation"], groups[0].Series.Select(row => SeriesGroups.LabelOf(row.Name, "loss/train")));
        Assert.Equal("qa · summary", SeriesGroups.LabelOf("cosine/qa/summary", "cosine"));
        Assert.Equal("qa", SeriesGroups.LabelOf("metric/qa/squad-f1", "metric squad-f1"));
        Assert.DoesNotContain(groups, group => group.Title.Contains('/'));
    }

    [Fact]
    public async Task System_ShowsTheLog_ByLevelAndLive()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(60);
        story.Add(new LogEvent { Level = "warning", Message = "slow disk" });
        var id = await host.AddRunningAsync(story);
        var page = host.Open(id, "?tab=system");
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindAll(".log .line").Count));
        Assert.Contains("slow disk", page.FindAll(".log .line")[0].TextContent);
        Assert.Equal(["running", "starting", "queued"], page.FindAll(".states tbody tr").Select(row => row.QuerySelectorAll("td")[1].TextContent));
        await host.TellAsync(id, story.Add(new LogEvent { Level = "error", Message = "disk full" }));
        await page.WaitForAssertionAsync(() => Assert.Contains("disk full", page.FindAll(".log .line")[0].TextContent));
        host.Navigation.NavigateTo($"/runs/{id}?tab=system&level=warning");
        await page.WaitForAssertionAsync(() => Assert.Equal(["error", "warning"], page.FindAll(".log .line .level").Select(level => level.TextContent)));
    }

    [Fact]
    public async Task System_ShowsWhatWasEstimatedBesideWhatItTook()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(60);
        story.Add(new AlarmEvent { Step = 60, Kind = "out-of-memory", MicroBatchLimit = 4, Message = "from here on at most 4 examples" });
        var page = host.Open(await host.AddRunningAsync(story), "?tab=system");
        await page.WaitForAssertionAsync(() => Assert.Equal(["477 MiB", "406 MiB"], page.FindAll("[aria-labelledby=taken] tbody tr:first-child td").Select(cell => cell.TextContent)));
        Assert.Contains("at most 4 examples", page.Find(".taken-halved").TextContent);
    }

    [Fact]
    public async Task Spec_ShowsJsonEnvironmentAndFiles()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(60);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=spec");
        await page.WaitForAssertionAsync(() => Assert.Contains("\"name\": \"four-tasks\"", page.Find(".json").TextContent));
        Assert.Contains("2.10.0", page.Find("#environment").ParentElement!.TextContent);
        Assert.Contains("checkpoints/step-00000050", page.Find("#artifacts").ParentElement!.TextContent);
        Assert.Contains("weighting.name", page.Find(".spec-table").TextContent);
    }

    [Fact]
    public void LossRatios_PutTheWorstFirst_AndUnknownLast()
    {
        EvaluationScore Loss(string task, int step, double value) => new() { Step = step, Split = "validation", Task = task, Metric = EvaluationScore.Loss, Value = value };
        var now = Snapshots.Of(RunState.Running, [Loss("a", 0, 2), Loss("a", 50, 1), Loss("b", 0, 2), Loss("b", 50, 4), Loss("c", 50, 1)]);
        Assert.Equal(["b", "a", "c"], LossRatios.WorstFirst(now, Web.Features.RunDetail.Reference.Untuned).Select(task => task.Name));
        Assert.Equal(Math.Log(2), LossRatios.Of(now, Web.Features.RunDetail.Reference.Untuned, "b")[1].Ratio, 1e-12);
    }
}
