using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Runs;
using MtlStudio.Web.Live;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Tests.Store;
using MtlStudio.Web.Theme;
using MudBlazor;
using MudBlazor.Services;

namespace MtlStudio.Web.Tests.Features.Runs;

/// <summary>The page of runs over a real store in a temporary folder; no trainer starts.</summary>
internal sealed class RunsPageHost : IAsyncDisposable
{
    static RunsPageHost() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    private RunsPageHost(StoreHost store)
    {
        Store = store;
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        var services = Context.Services;
        services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        services.AddLogging();
        services.AddStudioStore(store.Folder);
        services.AddSupervision(new SupervisionOptions(), []);
        services.AddSingleton(store.Store).AddSingleton(store.Reader).AddSingleton(store.Queue).AddSingleton(store.Metrics).AddSingleton(store.Writer).AddSingleton(store.Ingest);
        services.AddSingleton<TimeProvider>(TimeProvider.System);
        services.AddScoped<BrowserClock>();
        services.AddSingleton<CurveReader>();
        services.AddRunsPage();
    }

    public BunitContext Context { get; } = new();
    public StoreHost Store { get; }
    /// <summary>What opens beside a press.</summary>
    public IRenderedComponent<MudPopoverProvider> Popovers { get; private set; } = null!;
    /// <summary>What the page tells of.</summary>
    public IRenderedComponent<MudSnackbarProvider> Snackbars { get; private set; } = null!;
    public LiveFeed Feed => Context.Services.GetRequiredService<LiveFeed>();
    public NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();

    /// <summary>What the address says of a parameter; null: nothing.</summary>
    public string? Query(string name) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).TryGetValue(name, out var value) ? value.ToString() : null;

    public static async Task<RunsPageHost> OpenAsync() => new(await StoreHost.OpenAsync());

    /// <summary>Opens the page at an address' query, without a chart unless it asks for one.</summary>
    public IRenderedComponent<RunsPage> Open(string query = "")
    {
        Navigation.NavigateTo($"/runs?{(query.Contains("chart=", StringComparison.Ordinal) ? "" : "chart=none&")}{query}");
        Popovers = Context.Render<MudPopoverProvider>();
        Snackbars = Context.Render<MudSnackbarProvider>();
        return Context.Render(builder =>
        {
            builder.OpenComponent<CascadingValue<ThemeState>>(1);
            builder.AddComponentParameter(2, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
            builder.AddComponentParameter(3, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
            {
                inner.OpenComponent<RunsPage>(0);
                inner.CloseComponent();
            }));
            builder.CloseComponent();
        }).FindComponent<RunsPage>();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Store.DisposeAsync();
    }
}
