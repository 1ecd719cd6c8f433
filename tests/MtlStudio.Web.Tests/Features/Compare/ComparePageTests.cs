using Bunit;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Curves;

namespace MtlStudio.Web.Tests.Features.Compare;

public sealed class ComparePageTests
{
    [Fact]
    public async Task Page_SaysWhatToDo_WhenNothingIsChosen()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var id = await host.AddFinishedAsync();
        var page = host.Open();
        await page.WaitForAssertionAsync(() => Assert.StartsWith("Choose two runs or more", page.Find(".page-sentence").TextContent));
        await page.WaitForAssertionAsync(() => Assert.Contains($"{id} · four-tasks", page.Find(".picker-suggested").TextContent));
        await page.PressAsync(".picker-suggested .mud-chip");
        Assert.EndsWith($"/compare?runs={id}", host.Navigation.Uri);
    }

    [Fact]
    public async Task Picker_FindsARunByItsWords_AndLeavesOutThoseChosen()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var ids = new[] { await host.AddFinishedAsync(spec => spec with { Name = "plain" }), await host.AddFinishedAsync(spec => spec with { Name = "plain too", Seed = 2 }) };
        var page = host.Open($"?runs={ids[0]}");
        await page.WaitForAssertionAsync(() => page.Find(".picker-input"));
        await page.TypeAsync(".picker-input", "plain");
        await page.WaitForAssertionAsync(() => Assert.StartsWith($"{ids[1]} plain too", Assert.Single(page.FindAll(".picker-item")).TextContent));
        await page.PressAsync(".picker-item");
        Assert.EndsWith($"/compare?runs={ids[0]},{ids[1]}", Uri.UnescapeDataString(host.Navigation.Uri));
    }

    [Fact]
    public async Task Page_NamesRunsThatAreGone_AndShowsTheOthers()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var id = await host.AddFinishedAsync();
        var page = host.Open($"?runs={id},99");
        await page.WaitForAssertionAsync(() => Assert.Contains("There is no run 99", page.Find(".compare-missing").TextContent));
        await page.PressAsync("button[aria-label='Take run 99 out']");
        Assert.EndsWith($"/compare?runs={id}", host.Navigation.Uri);
    }

    [Fact]
    public async Task Curves_HaveAPanelATaskAndALineARun_WithTheBaselineDashed()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var first = await host.AddFinishedAsync();
        await host.AddBaselinesAsync(first);
        var second = await host.AddFinishedAsync(spec => spec with { Weighting = new() { Name = "uw" } }, skill: 0.9);
        var page = host.Open($"?runs={first},{second}&curve=validation");
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindComponent<PanelChart>().Instance.Panels.Count));
        var panel = page.FindComponent<PanelChart>().Instance.Panels[0];
        Assert.Equal("qa", panel.Title);
        Assert.Equal([SeriesStyle.Reference, SeriesStyle.Validation, SeriesStyle.Validation], panel.Series.Select(line => line.Style));
        Assert.Contains("pcgrad", panel.Series[1].Name);
        Assert.Contains("uw", panel.Series[2].Name);
        Assert.NotEqual(panel.Series[1].Color, panel.Series[2].Color);
        // Thirteen evaluations, from before the first step, over this task's examples.
        Assert.Equal(13, panel.Series[1].X.Count);
        Assert.Equal(0, panel.Series[1].X[0]);
        Assert.Contains("single-task baseline", page.Find(".curve-key").TextContent);
    }

    [Fact]
    public async Task Seeds_AreOneLineWithABand_UntilTheyAreSetApart()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var ids = new List<long>();
        foreach (var seed in new[] { 1, 2, 3 }) ids.Add(await host.AddFinishedAsync(spec => spec with { Seed = seed }, skill: 1 + seed / 10.0));
        var page = host.Open($"?runs={string.Join(',', ids)}&curve=validation&reference=untuned");
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindComponents<PanelChart>()));
        var line = page.FindComponent<PanelChart>().Instance.Panels[0].Series.Single(series => series.Style == SeriesStyle.Validation);
        Assert.Contains("3 seeds", line.Name);
        Assert.True(line.Band!.Low[^1] < line.Y[^1] && line.Y[^1] < line.Band.High[^1]);
        host.Navigation.NavigateTo(host.Navigation.Uri + "&seeds=apart");
        await page.WaitForAssertionAsync(() => Assert.Equal(3, page.FindComponent<PanelChart>().Instance.Panels[0].Series.Count(series => series.Style == SeriesStyle.Validation)));
    }

    [Fact]
    public async Task SpecTable_ShowsOnlyWhatDiffers()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var ids = new[] { await host.AddFinishedAsync(), await host.AddFinishedAsync(spec => spec with { Weighting = new() { Name = "uw" } }) };
        var page = host.Open($"?runs={ids[0]},{ids[1]}");
        await page.WaitForAssertionAsync(() => Assert.Equal(["weighting.name", "pcgrad", "uw"], page.Find(".spec-scroll tbody tr").Children.Select(cell => cell.TextContent.Trim())));
        Assert.Single(page.FindAll(".spec-scroll tbody tr"));
    }

    [Fact]
    public async Task Samples_StandSideBySide_AndFollowTheAddress()
    {
        await using var host = await ComparePageHost.OpenAsync();
        var ids = new[] { await host.AddFinishedAsync(), await host.AddFinishedAsync(spec => spec with { Seed = 5, Weighting = new() { Name = "uw" } }) };
        var page = host.Open($"?runs={ids[0]},{ids[1]}&task=sentiment&split=validation&step=100&example=7&reference=untuned");
        await page.WaitForAssertionAsync(() => Assert.Equal(3, page.FindAll(".sample-card").Count));
        Assert.Contains("example 2 of 4 (row 7)", page.Find(".sample-move").TextContent);
        var outputs = page.FindAll(".sample-card .output").Select(output => output.TextContent.Trim()).ToList();
        Assert.Equal(["the the the mill mill", "the mill ferry", "the mill ferry"], outputs);
        // Against what was expected, "the ferry", one word is too many.
        Assert.Equal(["mill"], page.FindAll(".sample-card")[1].QuerySelectorAll("mark").Select(mark => mark.TextContent.Trim()));
        await page.PressAsync("button[aria-label='Next example']");
        await page.WaitForAssertionAsync(() => Assert.Contains("example 3 of 4 (row 14)", page.Find(".sample-move").TextContent));
        Assert.Contains("example=14", host.Navigation.Uri);
    }

    [Fact]
    public void MeanCurve_AveragesByStraightLines_WhereSeedsHavePointsElsewhere()
    {
        Curve first = new("s", "nats", [0, 10, 20], [4, 2, 0], null), second = new("s", "nats", [0, 20], [6, 2], null);
        var mean = MeanCurve.Of([first, second]);
        Assert.Equal([0, 10, 20], mean.X);
        Assert.Equal([5, 3, 1], mean.Y);
        Assert.Equal([4, 2, 0], mean.Band!.Low);
        Assert.Equal([6, 4, 2], mean.Band.High);
    }

    [Fact]
    public void MeanCurve_GoesOnWithThoseLeft_WhereASeedEndsEarlier()
    {
        Curve longer = new("s", "nats", [0, 10, 20], [4, 2, 0], null), shorter = new("s", "nats", [0, 10], [6, 4], null);
        Assert.Equal([5, 3, 0], MeanCurve.Of([longer, shorter]).Y);
    }
}
