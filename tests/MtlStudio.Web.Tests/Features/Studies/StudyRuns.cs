using Bunit;
using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Studies;
using MtlStudio.Web.Tests.Features.RunDetail;
using MtlStudio.Web.Theme;
using MudBlazor;

namespace MtlStudio.Web.Tests.Features.Studies;

/// <summary>What the tests of both kinds of study need: runs that finish, and the page.</summary>
internal static class StudyRuns
{
    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    public static async Task FinishAsync(RunPageHost host, Run run, double skill)
    {
        foreach (var state in new[] { RunState.Starting, RunState.Running }) await host.Store.TransitionAsync(run.Id, state, "the trainer", cancellation: Cancellation);
        var story = new RecordedRun(skill: skill, byExample: true);
        story.Finish();
        await story.IngestAsync(host.Ingest, run.Id, Cancellation);
        await host.Store.TransitionAsync(run.Id, RunState.Finished, "the trainer finished", cancellation: Cancellation);
    }

    public static IRenderedComponent<StudyPage> Render(RunPageHost host, long id) => Root(host, id).FindComponent<StudyPage>();

    /// <summary>The page under the place where notices stand.</summary>
    public static IRenderedComponent<IComponent> Root(RunPageHost host, long id) => host.Context.Render(builder =>
    {
        builder.OpenComponent<MudSnackbarProvider>(0);
        builder.CloseComponent();
        builder.OpenComponent<CascadingValue<ThemeState>>(1);
        builder.AddComponentParameter(2, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
        builder.AddComponentParameter(3, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
        {
            inner.OpenComponent<StudyPage>(0);
            inner.AddComponentParameter(1, nameof(StudyPage.Id), id);
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    });
}
