using Bunit;
using MtlStudio.Web.Features.RunDetail.Balance;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class BalanceTests
{
    [Fact]
    public void PairCosine_IsClear_OnlyWhereItsIntervalLeavesZero()
    {
        var apart = PairCosine.Of("a", "b", Times(5, -0.4, -0.5, -0.3, -0.4));
        Assert.Equal((true, "pull apart"), (apart.IsClear, apart.Words));
        Assert.Equal(-0.4, apart.Mean, 1e-12);
        Assert.Equal(1.96 * Math.Sqrt(0.1 / 19 / 20), apart.HalfWidth, 1e-12);
        Assert.Equal("can't tell yet", PairCosine.Of("a", "b", Times(5, -0.4, 0.5, -0.3, 0.4)).Words);
        Assert.Equal((0, "can't tell yet"), (PairCosine.Of("a", "b", [double.NaN]).Records, PairCosine.Of("a", "b", []).Words));
        Assert.Equal("pull together", PairCosine.Of("a", "b", Times(7, 0.2, 0.21, double.NaN, 0.19)).Words);
    }

    [Fact]
    public void PairCosine_ClaimsNothing_FromFewerThanTwentyRecords()
    {
        Assert.Equal("can't tell yet", PairCosine.Of("a", "b", Times(19, -0.9)).Words);
        Assert.Equal("pull apart", PairCosine.Of("a", "b", Times(20, -0.9)).Words);
    }

    [Fact]
    public void NoiseCeiling_TakesTheNoiseOutOfACosine()
    {
        // Halves at 1/3 make a whole of reliability 1/2; with two such tasks a true 0.8 reads 0.4.
        var ceilings = new Dictionary<string, PairCosine> { ["a"] = PairCosine.Of("a", "a", Times(5, 1 / 3.0)), ["b"] = PairCosine.Of("b", "b", Times(5, 1 / 3.0)), ["c"] = PairCosine.Of("c", "c", Times(2, 0.5)) };
        Assert.Equal(0.5, NoiseCeiling.Reliability(ceilings["a"])!.Value, 1e-12);
        Assert.Equal(0.8, NoiseCeiling.Corrected(PairCosine.Of("a", "b", Times(20, 0.4)), ceilings)!.Value, 1e-12);
        Assert.Equal(-1, NoiseCeiling.Corrected(PairCosine.Of("a", "b", Times(20, -0.9)), ceilings));
        Assert.Null(NoiseCeiling.Corrected(PairCosine.Of("a", "c", Times(20, 0.4)), ceilings)); // two records are too few
        Assert.Null(NoiseCeiling.Corrected(PairCosine.Of("a", "d", Times(20, 0.4)), ceilings));
        var matrix = CosineReader.Matrix(["a", "c"], [], ceilings.Where(pair => pair.Key != "b").ToDictionary());
        Assert.Equal(1 / 3.0, matrix[0, 0], 1e-12);
        Assert.True(double.IsNaN(matrix[1, 1]) && double.IsNaN(matrix[0, 1]));
    }

    [Fact]
    public void Acts_ChangeOneField_AndFollowFromWhatIsSeen()
    {
        var now = Snapshots.Of(MtlStudio.Core.Runs.RunState.Finished, [new() { Task = "qa", Metric = "loss" }, new() { Task = "sum", Metric = "loss" }]);
        var acts = BalanceActs.Of(now, [PairCosine.Of("qa", "sum", Times(20, -0.4, -0.5))], [Share(now.Tasks[0], 0.9), Share(now.Tasks[1], 0.1)]);
        Assert.Equal(["Test PCGrad", "Give tasks adapters of their own", "Test uniform sampling", "Compare all policies", "Find shares", "Tune fixed loss weights"], acts.Select(act => act.Label));
        Assert.Equal("/new?from=7&set=weighting.name%3D%22pcgrad%22", acts[0].Href);
        Assert.StartsWith("qa and sum pull apart", acts[0].Title);
        Assert.Equal("/new?from=7&set=peft.options.sharing%3D%22shared%2Btask%22", acts[1].Href);
        Assert.StartsWith("sum is drawn for 10 % of the examples", acts[2].Title);
        Assert.Equal("/studies/new?from=7", acts[3].Href);
        Assert.Equal(["Compare all policies", "Find shares", "Tune fixed loss weights"], BalanceActs.Of(now, [PairCosine.Of("qa", "sum", Times(20, 0.4, 0.5))], [Share(now.Tasks[0], 0.5), Share(now.Tasks[1], 0.5)]).Select(act => act.Label));
    }

    private static double[] Times(int count, params double[] values) => [.. Enumerable.Repeat(values, count).SelectMany(all => all)];

    private static TaskShare Share(MtlStudio.Web.Features.RunDetail.TaskInfo task, double planned) => new(task, planned, planned, 100, 100, planned, 1, 1, 0.01);

    [Fact]
    public async Task Tab_RanksPairs_AndLeavesTheUnclearBlank()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(400);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Equal(6, page.FindAll(".cosine-table tbody tr").Count));
        var rows = page.FindAll(".cosine-table tbody tr");
        Assert.StartsWith("sentiment · translation", rows[0].TextContent);
        Assert.EndsWith("pull apart", rows[0].TextContent.Trim());
        Assert.DoesNotContain("hurt", page.Markup);
        var map = page.FindComponents<HeatMap>()[0].Instance;
        Assert.Equal(map.Z[2, 3], map.Z[3, 2]);
        // Those that pull together stand together, those that pull apart do not.
        Assert.Equal(["qa", "sentiment", "summary", "translation"], map.X.Order(StringComparer.Ordinal));
        var (sentiment, translation) = (map.X.ToList().IndexOf("sentiment"), map.X.ToList().IndexOf("translation"));
        Assert.InRange(map.Z[sentiment, translation], -0.55, -0.3);
        Assert.Equal(1, Math.Abs(map.X.ToList().IndexOf("qa") - map.X.ToList().IndexOf("summary")));
        Assert.True(double.IsNaN(map.Z[0, 0]));
        var unclear = page.FindAll(".cosine-table tbody tr").Count(row => row.TextContent.Contains("can't tell yet", StringComparison.Ordinal));
        Assert.Equal(4 + 2 * unclear, map.Z.Cast<double>().Count(double.IsNaN));
    }

    [Fact]
    public async Task Layers_ShowWherePairsPullApart()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(400);
        var id = await host.AddRunningAsync(story);
        var page = host.Open(id, "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Contains("On the whole 20.0 % of pairs pull apart at a step, most in attention (50.0 %), least in", page.Markup));
        var map = page.FindComponents<HeatMap>().Single(found => found.Instance.ColorTitle.StartsWith("share", StringComparison.Ordinal)).Instance;
        Assert.Equal(["whole", "attention", "mlp", "lower", "layer-0", "layer-2", "layer-10"], map.Y);
        Assert.Equal((6, "391"), (map.X.Count, map.X[^1])); // of a window as narrow as a phone
        await page.WaitForAssertionAsync(() => Assert.EndsWith($"/runs/{id}?tab=balance&pair=sentiment~translation#layers", page.FindAll(".cosine-table tbody a")[0].GetAttribute("href")));
    }

    [Fact]
    public async Task Layers_AreThoseOfThePairInTheAddress()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(400);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=balance&pair=sentiment~translation");
        await page.WaitForAssertionAsync(() => Assert.Contains("They pull apart most in attention (mean cosine −0.60).", page.Markup));
        var map = page.FindComponents<HeatMap>().Single(found => found.Instance.XTitle == "up to step").Instance;
        Assert.All(Enumerable.Range(0, map.X.Count), column => Assert.Equal(-0.6, map.Z[1, column], 1e-9));
    }

    [Fact]
    public async Task Pays_SaysWhoPays_AndLeavesTheUnclearBlank()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(400);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Equal(12, page.FindAll(".pays-table tbody tr").Count));
        Assert.Contains("A step of sentiment alone costs translation most: its validation loss rises by 0.", page.Markup);
        var first = page.FindAll(".pays-table tbody tr")[0].QuerySelectorAll("td").Select(cell => cell.TextContent).ToList();
        Assert.Equal(("sentiment", "translation", "10", "pays"), (first[0], first[1], first[4], first[5]));
        var map = page.FindComponents<HeatMap>().Single(found => found.Instance.XTitle.StartsWith("a step of", StringComparison.Ordinal)).Instance;
        Assert.InRange(map.Z[2, 3], -0.5, -0.3);
        Assert.InRange(map.Z[0, 1], 0.2, 0.4);
        Assert.True(double.IsNaN(map.Z[1, 2]));
    }

    [Fact]
    public void EffectPair_ClaimsNothing_FromFewTrialsOrManyPairsByChance()
    {
        EffectPair One(params double[] trials) => EffectPair.Of([("a", "b", trials)]).Single();
        Assert.Equal("can't tell yet", One(-0.01, -0.01, -0.0101, -0.01).Words); // four trials
        Assert.Equal("pays", One(-0.01, -0.011, -0.009, -0.012, -0.01).Words);
        Assert.Equal("gains", One(0.01, 0.011, 0.009, 0.012, 0.01).Words);
        Assert.Equal("can't tell yet", One(-0.01, 0.02, -0.03, 0.01, -0.01).Words);
        // t of 4 degrees of freedom at 97.5 % is 2.776.
        Assert.Equal(2.776 * Math.Sqrt(0.00000130 / 5), One(-0.01, -0.011, -0.009, -0.012, -0.01).HalfWidth, 1e-5);
        // Among many pairs the same trials are no longer sure.
        var noisy = new[] { -0.01, -0.02, -0.004, -0.02, -0.008 };
        Assert.True(One(noisy).IsClear);
        Assert.All(EffectPair.Of([.. Enumerable.Range(0, 380).Select(i => ("a", $"t{i}", (IReadOnlyList<double>)noisy))]), pair => Assert.False(pair.IsClear));
        Assert.Empty(EffectPair.Of([("a", "b", [double.NaN])]));
    }

    [Fact]
    public async Task Tab_ShowsSharesOfExamplesAndTokens()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(400);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindAll(".share-table tbody tr").Count));
        var sentiment = page.FindAll(".share-table tbody tr")[2].QuerySelectorAll("td").Select(cell => cell.TextContent).ToList();
        Assert.Equal("25.0 %", sentiment[0]);
        Assert.Matches(@"^2\d\.\d %$", sentiment[1]);
        Assert.Matches(@"^3\.\d %$", sentiment[5]);
        // Two trained tokens an example where the others have twenty-one.
        Assert.Contains(page.FindAll("p"), p => p.TextContent.StartsWith("sentiment: 2", StringComparison.Ordinal) && p.TextContent.Contains("% of examples, 3 % of trained tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shares_AreOfAnotherMeasure_WhenTheAddressSaysSo()
    {
        await using var host = await RunPageHost.OpenAsync();
        var story = new RecordedRun();
        story.TrainTo(400);
        var page = host.Open(await host.AddRunningAsync(story), "?tab=balance&of=tokens");
        await page.WaitForAssertionAsync(() => Assert.Contains("of trained tokens", page.Find(".share-key").TextContent));
        Assert.DoesNotContain("drawing at random", page.Find(".share-key").TextContent);
        Assert.Equal(ShareMeasure.Tokens, page.FindComponent<ShareChart>().Instance.Measure);
    }

    [Fact]
    public async Task Tab_SaysWhatToDo_WhenGradientsAreNotRecorded()
    {
        await using var host = await RunPageHost.OpenAsync();
        var run = await host.Store.CreateAsync(RecordedRun.Spec() with { Telemetry = new() { GradientEvery = 0 } }, cancellation: Xunit.TestContext.Current.CancellationToken);
        var page = host.Open(run.Id, "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Contains("telemetry.gradientEvery is 0", page.Markup));
        Assert.Contains("Shares show with the first step.", page.Markup);
    }

    [Fact]
    public void Sentence_PromisesNothing_WhenTheRunHasEnded()
    {
        Assert.Equal("Shares show with the first step.", TaskShare.Sentence([], isEnded: false));
        Assert.DoesNotContain("first step.", TaskShare.Sentence([], isEnded: true));
    }
}
