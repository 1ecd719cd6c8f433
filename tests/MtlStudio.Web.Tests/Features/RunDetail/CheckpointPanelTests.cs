using Bunit;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Features.RunDetail.Evaluation;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class CheckpointPanelTests
{
    [Fact]
    public void Report_NamesTheBestThatKeepsAllFloors()
    {
        var report = Report(margin: 5);
        Assert.Equal(200, report.Suggested);
        Assert.Equal("Keep step 200: of those that keep every floor it has the best unified score (step 300 has a higher one and does not). qa gives up most by it: 10.0 points beside its own best, step 300.", report.Sentence);
    }

    [Fact]
    public void Report_NamesTheFloorThatNoneKeeps()
    {
        var report = Report(margin: 5, qaBaseline: 0.8);
        Assert.Equal(300, report.Suggested);
        Assert.Equal("No checkpoint keeps qa's floor of 75.0 %: its best, step 300, has 60.0 %. The best by unified score is step 300.", report.Sentence);
    }

    [Fact]
    public void Report_SaysThatFloorsAreNotKeptTogether() =>
        Assert.Equal("Every floor is kept by some checkpoint, but no checkpoint keeps them all: step 300, the best by unified score, is below that of sentiment.", Report(margin: 1).Sentence);

    [Fact]
    public void Report_CountsFloorsFromStepZero_BesideTheUntunedModel()
    {
        var report = CheckpointReport.Of(Snapshot(0.55), Reference.Untuned, 1);
        Assert.Equal([0.19, 0.49], report.Rows.Select(row => Math.Round(row.Choice!.Floor!.Value, 12)));
        Assert.StartsWith("Keep step 300: the best by unified score, and no task is below its floor.", report.Sentence);
    }

    [Fact]
    public void Report_HasNoFloor_ForAnAuxiliaryTask()
    {
        var now = Snapshot(0.55, role: "auxiliary");
        var report = CheckpointReport.Of(now, Reference.Baseline, 1);
        Assert.Null(report.Rows[1].Choice);
        Assert.Equal(300, report.Suggested);
    }

    [Fact]
    public async Task Panel_ShowsARowATask_AndTakesTheFloorIntoTheAddress()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.Finish();
        var page = host.Open(await host.AddFinishedAsync(story), "?tab=evaluation");
        await page.WaitForAssertionAsync(() => Assert.Equal(5, page.FindAll(".choice-table tbody tr").Count));
        Assert.Equal(["Task", "step 550", "step 600 ✓", "Floor", "Own best", "Cost of sharing", "Test, step 600"], page.FindAll(".choice-table thead th").Select(cell => cell.TextContent.Trim()));
        Assert.StartsWith("Keep step 600", page.Find(".checkpoint-sentence").TextContent);
        var sentiment = page.FindAll(".choice-table tbody tr")[2];
        Assert.Equal("89.0", sentiment.QuerySelectorAll("td")[1].QuerySelector("b")!.TextContent);
        Assert.Equal("49.0", sentiment.QuerySelectorAll("td")[2].TextContent);

        await page.ChangeAsync("[data-field='floor']", "2.5");
        Assert.Contains("floor=2.5", host.Navigation.Uri);
    }

    private static CheckpointReport Report(double margin, double qaBaseline = 0.55) => CheckpointReport.Of(Snapshot(qaBaseline), Reference.Baseline, margin);

    /// <summary>qa rises to the end; sentiment has its best at step 200 and falls.</summary>
    private static RunSnapshot Snapshot(double qaBaseline, string role = "target")
    {
        EvaluationScore[] scores =
        [
            .. Rows("qa", (0, 0.2), (100, 0.4), (200, 0.5), (300, 0.6)), .. Rows("sentiment", (0, 0.5), (100, 0.85), (200, 0.9), (300, 0.8)),
            .. new[] { (100, 0.5), (200, 0.6), (300, 0.7) }.Select(one => Row("", EvaluationScore.Unified, one.Item1, one.Item2)),
        ];
        TaskInfo Task(string name, int place, string itsRole) => new(new() { Name = name, ColorIndex = place, PrimaryMetric = "accuracy" }, new() { Name = name, Role = itsRole }, "fraction");
        return new()
        {
            Run = new() { Id = 7, State = RunState.Finished, TotalSteps = 300 },
            Spec = new(),
            Tasks = [Task("qa", 0, "target"), Task("sentiment", 1, role)],
            Series = [],
            Scores = new(scores),
            Checkpoints = [.. new[] { 100, 200, 300 }.Select(step => new Checkpoint { Step = step, Path = $"checkpoints/step-{step:D8}" })],
            Alarms = [],
            Transitions = [],
            Baselines = [Baseline("qa", qaBaseline), Baseline("sentiment", 0.88)],
        };
    }

    private static BaselineView Baseline(string task, double best) => new(task, new Run { Id = 8 }, new(Rows(task, (0, 0.99), (100, best), (200, best - 0.1))));

    private static IEnumerable<EvaluationScore> Rows(string task, params (int Step, double Value)[] values) => values.Select(one => Row(task, "accuracy", one.Step, one.Value));

    private static EvaluationScore Row(string task, string metric, int step, double value) => new() { Task = task, Metric = metric, Step = step, Split = ScoreBook.Validation, Value = value };
}
