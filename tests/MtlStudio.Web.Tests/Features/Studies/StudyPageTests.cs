using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Features.Studies;
using MtlStudio.Web.Tests.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.Studies;

public sealed class StudyPageTests
{
    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_SetsPoliciesSideBySide_TheBestFirst()
    {
        await using var host = await RunPageHost.OpenAsync();
        var study = new PolicyStudy { Name = "two policies", Spec = RecordedRun.Spec(), Policies = ["equal", "pcgrad"], Rates = [0.001, 0.003], LossWeights = 0, Baselines = false };
        var launched = await host.Context.Services.GetRequiredService<StudyStore>().CreateAsync(study, PolicyStudyPlan.Of(study), cancellation: Cancellation);
        Assert.Equal(4, launched.Runs.Count);
        // All but the last finish: PCGrad learns more, and its second rate is not there yet.
        foreach (var run in launched.Runs.SkipLast(1).Select(one => one.Run)) await StudyRuns.FinishAsync(host, run, skill: run.Policy == "pcgrad" ? 1 : 0.6);

        var report = await host.Context.Services.GetRequiredService<StudyReader>().ReadAsync(launched.Study.Id, cancellation: Cancellation);
        Assert.Equal((ReferenceChoice.Untuned, 3, true, 0), (report.Reference, report.Finished, report.IsUnderWay, report.Broken));
        Assert.Equal(["pcgrad", "equal"], report.Lines.Select(line => line.Policy));
        // At the edge of its rates, once all of them are there.
        Assert.Equal([(0.001, false), (0.001, true)], report.Lines.Select(line => (line.Best!.Rate, line.IsAtEdge)));
        Assert.True(report.Lines[0].DeltaM!.Value > report.Lines[1].DeltaM!.Value);
        Assert.Equal(report.Tasks.Count, report.Lines[0].Values.Count);
        Assert.All(report.Lines[0].Values, value => Assert.NotNull(value.Delta));

        var page = StudyRuns.Render(host, launched.Study.Id);
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll("[aria-label='Policies'] tbody tr").Count));
        Assert.StartsWith("3 of 4 runs have finished. So far best by Δm: PCGrad +", page.Find(".page-sentence").TextContent);
        Assert.Contains("; equal", page.Find(".page-sentence").TextContent);
        Assert.StartsWith("PCGrad", page.FindAll("[aria-label='Policies'] tbody th")[0].TextContent);
        Assert.Equal(["equal weighting"], page.FindAll(".choice .mud-toggle-item").Select(item => item.TextContent.Trim()).Where(text => text.StartsWith("equal", StringComparison.Ordinal)));
        Assert.Contains("at the edge", page.Markup);
        Assert.DoesNotContain("Resume", page.Markup);
    }

    [Fact]
    public async Task Page_OffersToResume_WhereRunsWereStoppedOrDeleted()
    {
        await using var host = await RunPageHost.OpenAsync();
        var studies = host.Context.Services.GetRequiredService<StudyStore>();
        var study = new PolicyStudy { Name = "broken", Spec = RecordedRun.Spec(), Policies = ["equal", "pcgrad"], LossWeights = 0, Baselines = false };
        var launched = await studies.CreateAsync(study, PolicyStudyPlan.Of(study), cancellation: Cancellation);
        await host.Store.TransitionAsync(launched.Runs[0].Run.Id, RunState.Stopped, "stopped by the user", cancellation: Cancellation);
        await host.Context.Services.GetRequiredService<RunRemoval>().MarkAsync(launched.Runs[1].Run.Id, Cancellation);
        var page = StudyRuns.Render(host, launched.Study.Id);
        await page.WaitForAssertionAsync(() => Assert.Contains("Resume (2)", page.Markup));
        Assert.Contains("deleted", page.Find("[aria-label='Runs']").TextContent);

        var again = await studies.RefillAsync(launched.Study.Id, PolicyStudyPlan.Of(study), Cancellation);
        Assert.Equal([true, false], again.Runs.Select(one => one.Reused));
        Assert.Equal(launched.Runs[0].Run.Id, again.Runs[0].Run.Id);
        Assert.NotEqual(launched.Runs[1].Run.Id, again.Runs[1].Run.Id);

        // Deleted and brought back it has its number and its places.
        var kept = await studies.GetAsync(launched.Study.Id, Cancellation);
        await studies.DeleteAsync(kept.Id, Cancellation);
        await Assert.ThrowsAsync<StudyNotFoundException>(() => studies.GetAsync(kept.Id, Cancellation));
        await studies.RestoreAsync(kept, Cancellation);
        await studies.RestoreAsync(kept, Cancellation);
        Assert.Equal(again.Runs.Select(one => one.Run.Id), (await studies.GetAsync(kept.Id, Cancellation)).Runs.Select(run => run.RunId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_Deletes_AndBringsBackOnUndo(bool ofShares)
    {
        await using var host = await RunPageHost.OpenAsync();
        var (services, policies) = (host.Context.Services, new PolicyStudy { Name = "short lived", Spec = RecordedRun.Spec(), Policies = ["equal"], Rates = [0.001], LossWeights = 0, Baselines = false });
        var studies = services.GetRequiredService<StudyStore>();
        var id = ofShares ? (await services.GetRequiredService<ShareStudyStore>().CreateAsync(new() { Name = "short lived", Spec = RecordedRun.Spec() }, cancellation: Cancellation)).Study.Id
            : (await studies.CreateAsync(policies, PolicyStudyPlan.Of(policies), cancellation: Cancellation)).Study.Id;
        var root = StudyRuns.Root(host, id);
        await root.WaitForAssertionAsync(() => Assert.Equal("short lived", root.Find("h1").TextContent));
        Assert.Equal($"/studies/{(ofShares ? "shares/" : "")}new?study={id}", root.FindAll("a").First(link => link.TextContent.Trim() == "New from this").GetAttribute("href"));
        await root.PressAsync("button", button => button.TextContent.Trim() == "Delete");
        await root.WaitForAssertionAsync(() => Assert.EndsWith("/studies", host.Navigation.Uri));
        await Assert.ThrowsAsync<StudyNotFoundException>(() => studies.GetAsync(id, Cancellation));
        await root.WaitForAssertionAsync(() => Assert.Contains("The study is deleted; its runs stay", root.Markup));
        await root.PressAsync(".mud-snackbar button", button => button.TextContent.Trim() == "Undo");
        await root.WaitForAssertionAsync(() => Assert.EndsWith($"/studies/{id}", host.Navigation.Uri));
        Assert.Equal("short lived", (await studies.GetAsync(id, Cancellation)).Name);
    }

    [Fact]
    public async Task Page_SaysSo_WhereThereIsNoSuchStudy()
    {
        await using var host = await RunPageHost.OpenAsync();
        var page = StudyRuns.Render(host, 77);
        await page.WaitForAssertionAsync(() => Assert.Contains("There is no study 77", page.Markup));
    }
}
