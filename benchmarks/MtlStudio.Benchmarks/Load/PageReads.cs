using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare;
using MtlStudio.Web.Features.Compare.Curves;
using MtlStudio.Web.Features.Compare.Verdicts;
using MtlStudio.Web.Features.Home;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Features.RunDetail.Overview;
using MtlStudio.Web.Features.Runs;
using MudBlazor;

namespace MtlStudio.Benchmarks.Load;

/// <summary>What the server reads before a page stands, by the pages' own readers and nothing else.</summary>
internal sealed class PageReads : IAsyncDisposable
{
    private const int Panels = MtlStudio.Web.Features.Compare.Curves.TaskCurves.MostPanels;

    private readonly ServiceProvider services;

    private PageReads(string folder) => services = new ServiceCollection().AddLogging().AddStudioStore(new DataFolder(folder))
        .AddSingleton<HomeQuery>().AddRunsPage().AddComparePage().AddRunPage().BuildServiceProvider();

    public static async Task<PageReads> OpenAsync(string folder)
    {
        var reads = new PageReads(folder);
        await reads.Get<StudioDatabase>().OpenAsync();
        return reads;
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public Task HomeAsync() => Get<HomeQuery>().ReadAsync();

    /// <summary>The table's first page and its chart.</summary>
    public async Task RunsAsync()
    {
        var page = await Get<RunsLoader>().LoadAsync(new(null, null, null, null, null, null, null, null, null, null, null), null, new Dictionary<string, int>());
        List<long> ids = [.. page.Shown.Select(row => row.Id)];
        await Get<RunTableReader>().SeriesNamesAsync(ids);
        foreach (var run in await Get<RunReader>().ByIdsAsync(ids))
            await Get<CurveReader>().ReadAsync(new(run.Id, [page.Query.Chart!], AxisScale.Of(page.Query.X, run, DateTimeOffset.UnixEpoch), null, 0, 160));
    }

    /// <summary>The table's first page, sorted and filtered by scores.</summary>
    public Task SortedRunsAsync(string task) => Get<RunsLoader>().LoadAsync(new($"metric({task}) > 0 and policy != equal", $"id,name,policy,metric({task}),delta({task})", $"-metric({task})", null, null, null, null, 3, null, null, null), null, new Dictionary<string, int>());

    /// <summary>Runs, verdicts and the eight panels that are drawn at first.</summary>
    public async Task CompareAsync(IReadOnlyList<long> runs)
    {
        var set = await Get<CompareLoader>().LoadAsync(runs);
        var query = new CompareQuery { Runs = runs };
        var view = new CompareView(set, query, set.Lines(query), Breakpoint.Lg, 0);
        view = view with { Book = VerdictBook.Of(view, await Get<Comparer>().CompareAsync(view.Ids, ReferenceChoice.Parse(view.Reference)!.Value)) };
        var axis = CompareCurveReader.AxisOf(view, DateTimeOffset.UnixEpoch);
        var curves = await Get<CompareCurveReader>().ReadAsync(new(view, [.. set.Tasks.Take(Panels)], CompareCurveReader.KindOf(view), axis, CompareInk.Of(dark: false)), CancellationToken.None);
        if (curves.Panels.Count != Panels) throw new InvalidOperationException($"{curves.Panels.Count} panels were read");
    }

    /// <summary>A run's Overview: its rows with their sparklines, and the eight panels that are drawn at first.</summary>
    public async Task RunAsync(long run)
    {
        var now = await Get<RunLoader>().LoadAsync(run) ?? throw new RunNotFoundException(run);
        var view = new RunView(now, new RunQuery(), new RunUpdates(), Breakpoint.Lg);
        await Get<TaskRecentReader>().ReadAsync(now);
        var axis = AxisScale.Of(view.ReferenceX, now.Run, DateTimeOffset.UnixEpoch);
        await Get<TaskCurveReader>().ReadAsync(view, [.. now.Tasks.Take(Panels)], axis, dark: false, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
