using Bunit;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Features.RunDetail;

/// <summary>A run of more tasks than one looks through at once.</summary>
public sealed class ManyTasksTests
{
    private const int Tasks = 16;
    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Overview_ShowsTheWorstRows_AndAllOnAPress()
    {
        await using var host = await RunPageHost.OpenAsync();
        var page = host.Open(await AddAsync(host));
        await page.WaitForAssertionAsync(() => Assert.Equal(12, page.FindAll(".tasks tbody tr").Count));
        Assert.StartsWith($"12 of {Tasks} tasks, the worst first.", page.Find(".tasks-some").TextContent);
        await page.PressAsync(".tasks-some button");
        await page.WaitForAssertionAsync(() => Assert.Equal(Tasks, page.FindAll(".tasks tbody tr").Count));
        Assert.EndsWith("?rows=all", host.Navigation.Uri);
        // All of them stand in the mix's order.
        Assert.Equal(["qa", "summary", "sentiment", "translation", "qa-2"], page.FindAll(".tasks tbody th .name").Take(5).Select(name => name.TextContent));
    }

    [Fact]
    public async Task Balance_ColorsTheEightLinesThatLieFurthest_AndGreysTheOthers()
    {
        await using var host = await RunPageHost.OpenAsync();
        var page = host.Open(await AddAsync(host), "?tab=balance");
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindComponents<PanelChart>().Count(chart => chart.Instance.Panels.Count == 1 && chart.Instance.Panels[0].Series.Count == Tasks)));
        foreach (var chart in page.FindComponents<PanelChart>().Where(chart => chart.Instance.Panels[0].Series.Count == Tasks))
        {
            var lines = chart.Instance.Panels[0].Series;
            Assert.Equal(8, lines.Count(line => line.InLegend));
            // Behind the others, and all of one color.
            Assert.All(lines.Take(Tasks - 8), line => Assert.False(line.InLegend));
            Assert.Single(lines.Take(Tasks - 8).Select(line => line.Color).Distinct());
        }
        Assert.Contains("in color: the 8 that lie furthest from the others", page.Markup);
    }

    private static async Task<long> AddAsync(RunPageHost host)
    {
        var story = new RecordedRun(tasks: Tasks);
        story.TrainTo(100);
        var id = (await host.Store.CreateAsync(RecordedRun.Spec(tasks: Tasks), cancellation: Cancellation)).Id;
        await story.IngestAsync(host.Ingest, id, Cancellation);
        return id;
    }
}
