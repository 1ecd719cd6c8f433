using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Compare;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Tests.Features.RunDetail;
using MtlStudio.Web.Tests.Store;
using MtlStudio.Web.Theme;
using MudBlazor;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Compare;

/// <summary>The compare page over a real store in a temporary folder, with finished runs that nothing trained.</summary>
internal sealed class ComparePageHost : IAsyncDisposable
{
    private readonly StoreHost store;

    // A loaded machine is slow, not wrong.
    static ComparePageHost() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    private ComparePageHost(StoreHost store)
    {
        this.store = store;
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        var services = Context.Services;
        services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        services.AddLogging();
        services.AddStudioStore(store.Folder);
        services.AddSupervision(new SupervisionOptions(), []);
        services.AddSingleton(store.Store).AddSingleton(store.Reader).AddSingleton(store.Queue).AddSingleton(store.Metrics).AddSingleton(store.Writer).AddSingleton(store.Ingest);
        services.AddComparePage();
    }

    public BunitContext Context { get; } = new();
    public RunStore Store => store.Store;
    public NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ComparePageHost> OpenAsync() => new(await StoreHost.OpenAsync());

    public T Service<T>() where T : notnull => Context.Services.GetRequiredService<T>();

    public async Task<long> AddFinishedAsync(Func<RunSpec, RunSpec>? change = null, double skill = 1)
    {
        var spec = (change ?? (same => same))(RecordedRun.Spec());
        return await FinishAsync((await Store.CreateAsync(spec, cancellation: Cancellation)).Id, new(spec.Seed, skill: skill, byExample: true));
    }

    /// <summary>Makes the baselines of a run, all finished.</summary>
    public async Task<IReadOnlyList<BaselineChoice>> AddBaselinesAsync(long run)
    {
        var choices = await Store.EnsureBaselinesAsync(run, Cancellation);
        foreach (var choice in choices.Where(choice => !choice.Reused)) await FinishAsync(choice.RunId, new(baselineOf: choice.Task, byExample: true));
        return choices;
    }

    public async Task<long> FinishAsync(long id, RecordedRun story)
    {
        story.Finish();
        await store.Queue.RegisterDevicesAsync("here", [new("cpu:0", "cpu")], Cancellation);
        await Store.TransitionAsync(id, RunState.Starting, "cpu:0 is free", row => row.Device = "cpu:0", cancellation: Cancellation);
        await Store.TransitionAsync(id, RunState.Running, "trainer started", cancellation: Cancellation);
        await story.IngestAsync(store.Ingest, id, Cancellation);
        await Store.TransitionAsync(id, RunState.Finished, "the trainer finished", cancellation: Cancellation);
        return id;
    }

    /// <summary>Opens the page at an address, as "?runs=1,2".</summary>
    public IRenderedComponent<ComparePage> Open(string query = "")
    {
        Navigation.NavigateTo($"/compare{query}");
        return Context.Render(builder =>
        {
            builder.OpenComponent<MudPopoverProvider>(0);
            builder.CloseComponent();
            builder.OpenComponent<CascadingValue<ThemeState>>(1);
            builder.AddComponentParameter(2, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
            builder.AddComponentParameter(3, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
            {
                inner.OpenComponent<ComparePage>(0);
                inner.CloseComponent();
            }));
            builder.CloseComponent();
        }).FindComponent<ComparePage>();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await store.DisposeAsync();
    }
}
