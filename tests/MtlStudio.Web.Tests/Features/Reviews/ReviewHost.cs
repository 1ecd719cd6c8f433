using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Reviews;
using MtlStudio.Web.Library;
using MtlStudio.Web.Tests.Store;
using MtlStudio.Web.Tests.Store.Reviews;
using MudBlazor;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Reviews;

/// <summary>The pages of reviews over a real store with two finished runs, "equal" and "pcgrad".</summary>
internal sealed class ReviewHost : IAsyncDisposable
{
    private readonly StoreHost _store;

    // A loaded machine is slow, not wrong.
    static ReviewHost() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    private ReviewHost(StoreHost store, string? reviewer)
    {
        _store = store;
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        Context.JSInterop.SetupModule("./Features/Reviews/ReviewPage.razor.js").Setup<string?>("name").SetResult(reviewer);
        var services = Context.Services;
        services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        services.AddSingleton(store.Store).AddSingleton(store.Reader).AddSingleton(store.Get<ReviewStore>()).AddSingleton(store.Get<ReviewVotes>()).AddSingleton(store.Get<ReviewPool>());
        var keeper = new LibraryKeeper(store.Get<LibraryStore>(), store.Get<LibraryReader>(), store.Folder, TimeProvider.System);
        services.AddSingleton(new DatasetLibrary(store.Get<LibraryStore>(), store.Get<LibraryReader>(), keeper, store.Folder, TimeProvider.System));
        services.AddScoped<ReviewerMemory>().AddScoped<BrowserClock>();
    }

    public BunitContext Context { get; } = new();
    public ReviewVotes Votes => _store.Get<ReviewVotes>();
    public ReviewStore Reviews => _store.Get<ReviewStore>();
    public RunStore Runs => _store.Store;
    public StoreHost Store => _store;
    public RunIngest Ingest => _store.Ingest;
    public NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();
    public IReadOnlyList<ReviewEntry> Entries { get; private set; } = [];

    public static async Task<ReviewHost> OpenAsync(string? reviewer = "ann")
    {
        var host = new ReviewHost(await StoreHost.OpenAsync(), reviewer);
        var equal = await ReviewedRuns.AddAsync(host._store.Store, host._store.Ingest, "equal", "qa", "summary");
        var pcgrad = await ReviewedRuns.AddAsync(host._store.Store, host._store.Ingest, "pcgrad", "qa", "summary");
        host.Entries = [new(equal), new(pcgrad)];
        return host;
    }

    public Task<Review> CreateAsync(Func<ReviewDraft, ReviewDraft>? change = null) =>
        Reviews.CreateAsync((change ?? (draft => draft))(new() { Runs = Entries, Seed = 4 }), TestContext.Current.CancellationToken);

    /// <summary>Opens a page at an address, as "/review/1?item=3".</summary>
    public IRenderedComponent<T> Open<T>(string address, long? id = null) where T : IComponent
    {
        Navigation.NavigateTo(address);
        return Context.Render(builder =>
        {
            builder.OpenComponent<MudPopoverProvider>(0);
            builder.CloseComponent();
            builder.OpenComponent<MudSnackbarProvider>(1);
            builder.CloseComponent();
            builder.OpenComponent<T>(2);
            if (id is not null) builder.AddComponentParameter(3, "Id", id.Value);
            builder.CloseComponent();
        }).FindComponent<T>();
    }

    public IRenderedComponent<ReviewPage> OpenReview(long id, string query = "")
    {
        var page = Open<ReviewPage>($"/review/{id}{query}", id);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".review, .review-done, .reviewer-name")));
        return page;
    }

    /// <summary>The document's title as the page gives it.</summary>
    public string TitleOf(IRenderedComponent<ReviewPage> page) => Context.Render(page.FindComponent<PageTitle>().Instance.ChildContent!).Markup;

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await _store.DisposeAsync();
    }
}
