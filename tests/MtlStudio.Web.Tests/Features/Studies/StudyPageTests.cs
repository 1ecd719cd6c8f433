using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Features.Studies;
using MtlStudio.Web.Tests.Features.RunDetail;
using MtlStudio.Web.Theme;

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
        foreach (var run in launched.Runs.SkipLast(1).Select(one => one.Run)) await FinishAsync(host, run, skill: run.Policy == "pcgrad" ? 1 : 0.6);

        var report = await host.Context.Services.GetRequiredService<StudyReader>().ReadAsync(launched.Study.Id, cancellation: Cancellation);
        Assert.Equal((ReferenceChoice.Untuned, 3, true, 0), (report.Reference, report.Finished, report.IsUnderWay, report.Broken));
        Assert.Equal(["pcgrad", "equal"], report.Lines.Select(line => line.Policy));
        Assert.All(report.Lines, line => Assert.Equal((0.001, true), (line.Best!.Rate, line.IsAtEdge)));
        Assert.True(report.Lines[0].DeltaM!.Value > report.Lines[1].DeltaM!.Value);
        Assert.Equal(report.Tasks.Count, report.Lines[0].Values.Count);
        Assert.All(report.Lines[0].Values, value => Assert.NotNull(value.Delta));

        var page = Render(host, launched.Study.Id);
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
        var page = Render(host, launched.Study.Id);
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

    [Fact]
    public async Task Page_SaysSo_WhereThereIsNoSuchStudy()
    {
        await using var host = await RunPageHost.OpenAsync();
        var page = Render(host, 77);
        await page.WaitForAssertionAsync(() => Assert.Contains("There is no study 77", page.Markup));
    }

    private static async Task FinishAsync(RunPageHost host, Run run, double skill)
    {
        foreach (var state in new[] { RunState.Starting, RunState.Running }) await host.Store.TransitionAsync(run.Id, state, "the trainer", cancellation: Cancellation);
        var story = new RecordedRun(skill: skill, byExample: true);
        story.Finish();
        await story.IngestAsync(host.Ingest, run.Id, Cancellation);
        await host.Store.TransitionAsync(run.Id, RunState.Finished, "the trainer finished", cancellation: Cancellation);
    }

    private static IRenderedComponent<StudyPage> Render(RunPageHost host, long id) => host.Context.Render(builder =>
    {
        builder.OpenComponent<CascadingValue<ThemeState>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
        builder.AddComponentParameter(2, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
        {
            inner.OpenComponent<StudyPage>(0);
            inner.AddComponentParameter(1, nameof(StudyPage.Id), id);
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    }).FindComponent<StudyPage>();
}
