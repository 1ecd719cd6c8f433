using Bunit;
using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Features.Compare;
using MtlStudio.Web.Features.Compare.Verdicts;
using MtlStudio.Web.Tests.Features.RunDetail;
using MudBlazor;

namespace MtlStudio.Web.Tests.Features.Compare;

public sealed class VerdictTests
{
    private static readonly CompareTask Qa = new("qa", 0, "squad-f1", "fraction", true), Perplexity = new("lm", 1, "perplexity", "", false);

    private static CompareRun Run(long id, string name, Func<RunSpec, RunSpec>? change = null) =>
        new(new() { Id = id, Name = name }, (change ?? (same => same))(RecordedRun.Spec(name)), [], new Dictionary<string, long>(), new Dictionary<(string, string), double>(), new Dictionary<string, double>());

    private static TaskValue Value(long run, double delta, double low, double high, Verdict verdict, int seeds = 1) =>
        new() { Run = run, Value = 0.5 + delta, ReferenceValue = 0.5, Delta = delta, Low = low, High = high, Verdict = verdict, Smallest = 0.01, Split = "test", Examples = 400, Seeds = seeds };

    private static (CompareView View, VerdictBook Book) Two(params (string Task, double[] Deltas, Verdict[] Verdicts)[] tasks)
    {
        CompareRun[] runs = [Run(1, "first"), Run(2, "second", spec => spec with { Weighting = new() { Name = "uw" } })];
        var set = new CompareSet(runs, [.. tasks.Select((task, i) => Qa with { Name = task.Task, ColorIndex = i })], []);
        var query = new CompareQuery { Reference = CompareReference.Baseline };
        var view = new CompareView(set, query, set.Lines(query), Breakpoint.Lg, 0);
        var judged = new Comparison(ReferenceChoice.Baseline, [.. tasks.Select((task, i) => new TaskComparison(task.Task, "squad-f1", true, "fraction", i,
            [.. runs.Select((run, j) => Value(run.Id, task.Deltas[j], task.Deltas[j] - 0.02, task.Deltas[j] + 0.02, task.Verdicts[j]))]))], [.. runs.Select(run => new RunDeltaM(run.Id, 1, 0, 2, null))], []);
        return (view, VerdictBook.Of(view, judged));
    }

    [Fact]
    public void Gain_PointsToBetter_WhicheverWayTheMetricRuns()
    {
        var line = new CompareLine("a", [Run(1, "a")], 0);
        var up = new LineValue(line, Qa, Value(1, 0.05, 0.02, 0.08, Verdict.Helped));
        Assert.Equal(5, up.Gain!.Value, 1e-9);
        Assert.Equal((2, 8), (Math.Round(up.Interval!.Value.Low, 9), Math.Round(up.Interval.Value.High, 9)));
        // A perplexity of 8 beside 10 is 20 % better.
        var down = new LineValue(line, Perplexity, new() { Run = 1, Value = 8, ReferenceValue = 10, Delta = -2, Low = -3, High = -1, Smallest = 0.1, Verdict = Verdict.Helped });
        Assert.Equal(20, down.Gain!.Value, 1e-9);
        Assert.Equal((10, 30), (Math.Round(down.Interval!.Value.Low, 9), Math.Round(down.Interval.Value.High, 9)));
        Assert.Equal(1, down.Smallest!.Value, 1e-9);
    }

    [Fact]
    public void DeltaM_ShowsItsReasonAndNoNumber_WhenAReferenceIsNearZero()
    {
        var (view, _) = Two(("qa", [0.4, 0.01], [Verdict.Helped, Verdict.Same]));
        var judged = new Comparison(ReferenceChoice.Baseline, [], [new(1, 40_871, 900, 80_000, "the reference of qa is near 0"), new(2, 2, 1, 3, null)], []);
        var shown = VerdictBook.Of(view, judged).DeltaM.Select(one => one.DeltaM).ToList();
        Assert.Equal(new RunDeltaM(1, null, null, null, "the reference of qa is near 0"), shown[0]);
        Assert.Equal(new RunDeltaM(2, 2, 1, 3, null), shown[1]);
    }

    [Fact]
    public void ToReview_TakesOneRunALine_OfASeedThatAllHave()
    {
        CompareRun[] runs = [Seeded(1, "equal", 1), Seeded(2, "equal", 2), Seeded(3, "equal", 3), Seeded(4, "uw", 2), Seeded(5, "uw", 3)];
        var set = new CompareSet(runs, [Qa], []);
        var query = new CompareQuery { GroupSeeds = true };
        var view = new CompareView(set, query, set.Lines(query), Breakpoint.Lg, 0);
        Assert.Equal(2, view.Lines.Count);
        Assert.Equal([2, 4], view.ToReview);

        CompareRun Seeded(long id, string policy, int seed) => Run(id, policy, spec => spec with { Seed = seed, Weighting = new() { Name = policy } });
    }

    [Fact]
    public void Rows_AreSortedByWhatWasLost()
    {
        var (_, book) = Two(("a", [0.1, 0.2], [Verdict.Helped, Verdict.Helped]), ("b", [0.1, -0.2], [Verdict.Helped, Verdict.Hurt]), ("c", [0, 0], [Verdict.Unclear, Verdict.Unclear]));
        Assert.Equal(["b", "c", "a"], book.Rows.Select(row => row.Task.Name));
    }

    [Fact]
    public void Sentence_SaysWhoHelpsAndHurts_AndThatOneSeedIsOne()
    {
        var (view, book) = Two(("a", [0.1, 0], [Verdict.Helped, Verdict.Unclear]), ("b", [0.1, -0.2], [Verdict.Helped, Verdict.Hurt]));
        Assert.Equal("Beside single-task baselines: 1 · first helps b and a; 2 · second hurts b, 1 task can't be told yet. One seed each: other draws may say otherwise.", VerdictSentence.Of(view, book));
    }

    [Fact]
    public void Sentence_ClaimsNothing_WhenNothingIsSure()
    {
        var (view, book) = Two(("a", [0.1, 0], [Verdict.Unclear, Verdict.Unclear]));
        Assert.Equal("No task can be told apart from single-task baselines yet.", VerdictSentence.Of(view, book));
    }

    [Fact]
    public void Book_LeavesTheReferenceItselfOut()
    {
        CompareRun[] runs = [Run(1, "first"), Run(2, "second")];
        var set = new CompareSet(runs, [Qa], []);
        var query = new CompareQuery { Reference = "1", GroupSeeds = false };
        var view = new CompareView(set, query, set.Lines(query), Breakpoint.Lg, 0);
        var book = VerdictBook.Of(view, new(ReferenceChoice.Pinned(1), [new("qa", "squad-f1", true, "fraction", 0, [new() { Run = 1, Reason = "it is the reference" }, Value(2, 0.1, 0.05, 0.15, Verdict.Helped)])],
            [new(1, null, null, null, "it is the reference"), new(2, 20, 10, 30, null)], []));
        Assert.Equal([2L], book.Values.Select(value => value.Value.Run));
        Assert.Equal([2L], book.DeltaM.Select(one => one.DeltaM.Run));
    }

    [Fact]
    public void Figure_EscapesNames_AndDrawsHollowWhatIsNotSure()
    {
        var svg = ForestFigure.Svg([new("<b>", "#123456", "f1", 1, [new("a & b", "#111111", 0, 2, 1, 3, false, "+2.0", "better", "/x?a=1&b=2", "t\"")])], new("#000", "#000", "#000", "#fff", "#000", "#000"), new(900, 120, 300, 600, false, false), "gain", "s");
        Assert.DoesNotContain("<b>", svg);
        Assert.Contains("a &amp; b", svg);
        Assert.Contains("href=\"/x?a=1&amp;b=2\"", svg);
        Assert.Contains("fill=\"#fff\" stroke=\"#111111\"", svg);
        Assert.Null(Record.Exception(() => System.Xml.Linq.XDocument.Parse(svg)));
    }

    [Theory]
    [InlineData(1176)]
    [InlineData(900)]
    [InlineData(700)]
    public void Columns_GiveWordsTheirRoom_AndWhiskersEnough(int width)
    {
        ForestMark mark = new("1, 8, 15 · sample study, equal · 3 seeds", "#111111", 0, -28.7, -39, -17.5, true, "60.3  −28.7 [−39.0, −17.5] ▼ hurt (negative transfer)", "worse", null, "t") { Short = "−28.7 ▼ hurt (negative transfer)" };
        ForestGroup group = new("summarization", "#123456", "accuracy ↑ %", 1, [mark, mark]);
        var columns = ForestColumns.Of([group], width);
        Assert.True(columns.PlotRight - columns.PlotLeft >= 120, $"{columns}");
        var svg = ForestFigure.Svg([group], new("#000", "#000", "#000", "#fff", "#000", "#000"), columns, "gain", "s");
        Assert.Contains(width > 1000 ? mark.Text : mark.Short, System.Net.WebUtility.HtmlDecode(svg));
        Assert.True(columns.PlotRight + ForestColumns.Gap + (width > 1000 ? mark.Text : mark.Short).Length * ForestColumns.LetterWidth <= width);
    }

    [Theory]
    [InlineData(-1, 1, 4, new[] { -1, -0.5, 0, 0.5, 1 })]
    [InlineData(0, 7800, 4, new double[] { 0, 2000, 4000, 6000 })]
    [InlineData(3, 3, 4, new double[] { 3 })]
    public void Ticks_AreRoundPlacesWithinTheBounds(double low, double high, int wanted, double[] expected) => Assert.Equal(expected, AxisTicks.Of(low, high, wanted));

    [Fact]
    public async Task Page_DrawsTheForest_AndOpensTheExamplesOfADelta()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var first = await host.AddFinishedAsync();
        await host.AddBaselinesAsync(first);
        var second = await host.AddFinishedAsync(spec => spec with { Weighting = new() { Name = "uw" } }, skill: 0.5);
        await host.AddBaselinesAsync(second);
        var page = host.Open($"?runs={first},{second}");
        await page.WaitForAssertionAsync(() => Assert.Equal(8, page.FindAll(".forest-box svg:first-child .forest-row").Count));
        Assert.Contains($"hurts", page.Find(".page-sentence").TextContent);
        Assert.Contains("on 400 test examples a task, one seed", page.Find(".frame-controls").TextContent);
        host.Navigation.NavigateTo(page.FindAll(".forest-box a").First(link => link.GetAttribute("aria-label")!.Contains("uw") && link.GetAttribute("aria-label")!.StartsWith("sentiment")).GetAttribute("href")!);
        await page.WaitForAssertionAsync(() => Assert.Equal(20, page.FindAll(".example-scroll tbody tr").Count));
        Assert.Contains("400 test examples that both were scored on", page.Find("#examples-panel").TextContent);
        // What was lost comes first.
        Assert.Contains("▼", page.Find(".example-scroll tbody tr").TextContent);
        await page.PressAsync("button[aria-label='Next page']");
        await page.WaitForAssertionAsync(() => Assert.Contains("21 to 40 of 400", page.Find(".example-pages").TextContent));
    }

    [Fact]
    public async Task Page_ShowsAMapWithNumbers_WhenLinesAreManyAndOffersBaselines()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var ids = new List<long>();
        foreach (var batch in new[] { 1, 2, 3, 4, 5 }) ids.Add(await host.AddFinishedAsync(spec => spec with { Training = spec.Training with { MicroBatch = batch } }));
        var page = host.Open($"?runs={string.Join(',', ids)}&reference=untuned");
        await page.WaitForAssertionAsync(() => Assert.Equal(5, page.FindAll(".map thead th.number").Count));
        Assert.All(page.FindAll(".map tbody tr:first-child td"), cell => Assert.Matches("[+−±][0-9.]+ [▲▼=◦]", cell.TextContent));
        host.Navigation.NavigateTo($"/compare?runs={string.Join(',', ids)}&reference=baseline");
        await page.WaitForAssertionAsync(() => Assert.Equal("None of the runs has single-task baselines: make them, or compare with the untuned model.", page.Find(".page-sentence").TextContent));
        await page.PressAsync("button", button => button.TextContent.Trim() == "Make baselines");
        Assert.Equal(4, (await host.Store.EnsureBaselinesAsync(ids[0], Xunit.TestContext.Current.CancellationToken)).Count(choice => choice.Reused));
    }
}
