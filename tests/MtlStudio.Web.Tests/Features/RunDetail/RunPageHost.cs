using System.Runtime.CompilerServices;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Library;
using MtlStudio.Web.Live;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Tests.Store;
using MtlStudio.Web.Theme;
using MudBlazor;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.RunDetail;

/// <summary>The run's page over a real store in a temporary folder; no trainer starts, and what would come from one is published by the test.</summary>
internal sealed class RunPageHost : IAsyncDisposable
{
    private readonly StoreHost store;

    // A loaded machine is slow, not wrong.
    static RunPageHost() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    private RunPageHost(StoreHost store)
    {
        this.store = store;
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        var services = Context.Services;
        services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        services.AddLogging();
        services.AddStudioStore(store.Folder);
        services.AddSupervision(new SupervisionOptions(), []);
        services.AddStudioLibrary();
        // One store: the ingestion of the test and the page's reading see the same writer.
        services.AddSingleton(store.Store).AddSingleton(store.Reader).AddSingleton(store.Queue).AddSingleton(store.Metrics).AddSingleton(store.Writer).AddSingleton(store.Ingest);
        services.AddSingleton<IRunHistory>(new NoHistory());
        services.AddRunPage();
    }

    public BunitContext Context { get; } = new();
    public RunStore Store => store.Store;
    public RunIngest Ingest => store.Ingest;
    public LiveFeed Feed => Context.Services.GetRequiredService<LiveFeed>();
    public NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RunPageHost> OpenAsync() => new(await StoreHost.OpenAsync());

    /// <summary>A run that trains and has told the given story so far.</summary>
    public async Task<long> AddRunningAsync(RecordedRun story)
    {
        await store.Queue.RegisterDevicesAsync("here", [new("cpu:0", "cpu")], Cancellation);
        var run = await Store.CreateAsync(RecordedRun.Spec(), cancellation: Cancellation);
        await Store.TransitionAsync(run.Id, RunState.Starting, "cpu:0 is free", row => row.Device = "cpu:0", cancellation: Cancellation);
        await Store.TransitionAsync(run.Id, RunState.Running, "trainer started", cancellation: Cancellation);
        await story.IngestAsync(Ingest, run.Id, Cancellation);
        return run.Id;
    }

    public async Task<long> AddFinishedAsync(RecordedRun story)
    {
        var id = await AddRunningAsync(story);
        await Store.TransitionAsync(id, RunState.Finished, "the trainer finished", cancellation: Cancellation);
        return id;
    }

    /// <summary>Stores events as the supervisor does, then tells the feed.</summary>
    public async Task TellAsync(long id, IReadOnlyList<RunEvent> events)
    {
        var result = await Ingest.ApplyAsync(id, events, events[^1].Seq * 100, Cancellation);
        await Feed.TellAsync(new LiveEvents(id, result.Applied));
    }

    /// <summary>Opens the page at an address, as "/runs/1?tab=curves".</summary>
    public IRenderedComponent<RunPage> Open(long id, string query = "")
    {
        Navigation.NavigateTo($"/runs/{id}{query}");
        return Render(id);
    }

    private IRenderedComponent<RunPage> Render(long id) => Context.Render(builder =>
    {
        builder.OpenComponent<MudPopoverProvider>(0);
        builder.CloseComponent();
        builder.OpenComponent<CascadingValue<ThemeState>>(1);
        builder.AddComponentParameter(2, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
        builder.AddComponentParameter(3, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
        {
            inner.OpenComponent<RunPage>(0);
            inner.AddComponentParameter(1, nameof(RunPage.Id), id);
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    }).FindComponent<RunPage>();

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await store.DisposeAsync();
    }

    private sealed class NoHistory : IRunHistory
    {
        public async IAsyncEnumerable<IReadOnlyList<RunEvent>> ReadAsync(long runId, long afterSeq, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
