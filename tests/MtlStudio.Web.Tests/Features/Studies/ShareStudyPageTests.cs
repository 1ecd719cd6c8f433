using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Web.Features.Studies;
using MtlStudio.Web.Tests.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.Studies;

public sealed class ShareStudyPageTests
{
    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ShowsTheStagesAndWhatBecameOfEachShare()
    {
        await using var host = await RunPageHost.OpenAsync();
        var store = host.Context.Services.GetRequiredService<ShareStudyStore>();
        var launched = await store.CreateAsync(new() { Name = "my shares", Spec = RecordedRun.Spec() }, cancellation: Cancellation);
        var id = launched.Study.Id;
        Assert.Null(await store.AdvanceAsync(id, _ => null, cancellation: Cancellation));
        await StudyRuns.FinishAsync(host, launched.Runs[0].Run, skill: 0.6);
        var page = StudyRuns.Render(host, id);
        await page.WaitForAssertionAsync(() => Assert.StartsWith("1 of 3 runs have finished.", page.Find(".page-sentence").TextContent));
        Assert.Equal(2, page.FindAll(".share-stages li .faint").Count(text => text.TextContent.StartsWith("is queued when", StringComparison.Ordinal)));
        Assert.DoesNotContain("Resume", page.Markup);

        var proxy = await store.AdvanceAsync(id, _ => null, cancellation: Cancellation);
        Assert.Equal($"run:{launched.Runs[0].Run.Id}", proxy!.Run.ReadSpec().Weighting.Reference);
        await StudyRuns.FinishAsync(host, proxy.Run, skill: 0.5);
        Assert.Null(await store.AdvanceAsync(id, _ => null, cancellation: Cancellation)); // a proxy without shares leads nowhere
        var names = RecordedRun.Spec().Tasks.Select(task => task.Name).ToList();
        var found = new FoundShares(10, names.Select((name, i) => (name, Share: i == 0 ? 0.7 : 0.3 / (names.Count - 1))).ToDictionary(one => one.name, one => one.Share));
        var last = await store.AdvanceAsync(id, _ => found, cancellation: Cancellation);
        await StudyRuns.FinishAsync(host, last!.Run, skill: 1);
        Assert.Null(await store.AdvanceAsync(id, _ => found, refill: true, Cancellation));

        var report = await host.Context.Services.GetRequiredService<ShareStudyReader>().ReadAsync(id, Cancellation);
        Assert.Equal((3, true, 0, false), (report.Finished, report.IsDone, report.Broken, report.IsUnderWay));
        Assert.Equal(0.7, report.Tasks[0].Found!.Value, 1e-6);
        Assert.True(report.DeltaM!.Value > 0);
        page = StudyRuns.Render(host, id);
        await page.WaitForAssertionAsync(() => Assert.Contains("Δm beside the reference run: +", page.Find(".page-sentence").TextContent));
        Assert.Contains(" times as often, ", page.Find(".page-sentence").TextContent);
        Assert.Equal(names.Count, page.FindAll("[aria-label='Tasks'] tbody tr").Count);
        Assert.Contains("70.0 %", page.FindAll("[aria-label='Tasks'] tbody tr")[0].TextContent);
        Assert.Contains("Compare final with reference", page.Markup);

        // A run that nothing waits for may go; one that is still needed is made again.
        await host.Context.Services.GetRequiredService<RunRemoval>().MarkAsync(proxy.Run.Id, Cancellation);
        Assert.Null(await store.AdvanceAsync(id, _ => found, refill: true, Cancellation));
        await host.Context.Services.GetRequiredService<RunRemoval>().MarkAsync(last.Run.Id, Cancellation);
        Assert.Null(await store.AdvanceAsync(id, _ => found, cancellation: Cancellation));
        Assert.Equal("group-dro", (await store.AdvanceAsync(id, _ => found, refill: true, Cancellation))!.Run.ReadSpec().Weighting.Name);
        await Assert.ThrowsAsync<StudyNotFoundException>(() => host.Context.Services.GetRequiredService<StudyReader>().ReadAsync(id, cancellation: Cancellation));
    }
}
