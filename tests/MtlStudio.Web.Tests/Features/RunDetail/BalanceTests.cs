using Bunit;
using MtlStudio.Web.Features.RunDetail.Balance;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class BalanceTests
{
    [Fact]
    public void PairCosine_IsClear_OnlyWhereItsIntervalLeavesZero()
    {
        var apart = PairCosine.Of("a", "b", [-0.4, -0.5, -0.3, -0.4]);
        Assert.Equal((true, "pull apart"), (apart.IsClear, apart.Words));
        Assert.Equal(-0.4, apart.Mean, 1e-12);
        Assert.Equal(1.96 * Math.Sqrt(0.02 / 3 / 4), apart.HalfWidth, 1e-12);
        Assert.Equal("can't tell yet", PairCosine.Of("a", "b", [-0.4, 0.5, -0.3, 0.4]).Words);
        Assert.Equal("can't tell yet", PairCosine.Of("a", "b", [-0.9, -0.9]).Words);
        Assert.Equal((0, "can't tell yet"), (PairCosine.Of("a", "b", [double.NaN]).Records, PairCosine.Of("a", "b", []).Words));
        Assert.Equal("pull together", PairCosine.Of("a", "b", [0.2, 0.21, double.NaN, 0.19]).Words);
    }

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
        var map = page.FindComponents<HeatMap>().Single().Instance;
        Assert.Equal(map.Z[2, 3], map.Z[3, 2]);
        Assert.InRange(map.Z[2, 3], -0.55, -0.3);
        Assert.True(double.IsNaN(map.Z[0, 0]));
        var unclear = page.FindAll(".cosine-table tbody tr").Count(row => row.TextContent.Contains("can't tell yet", StringComparison.Ordinal));
        Assert.Equal(4 + 2 * unclear, map.Z.Cast<double>().Count(double.IsNaN));
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
    public async Task Tab_SaysWhatToDo_WhenGradientsAreNotRecorded()
    {
        await using var host = await RunPageHost.OpenAsync();
        var run = await host.Store.CreateAsync(RecordedRun.Spec() with { Telemetry = new() { GradientEvery = 0 } }, cancellation: Xunit.TestContext.Current.CancellationToken);
        var page = host.Open(run.Id, "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Contains("telemetry.gradientEvery is 0", page.Markup));
        Assert.Contains("Shares show with the first step.", page.Markup);
    }
}
