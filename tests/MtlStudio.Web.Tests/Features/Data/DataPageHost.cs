using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Library;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Tests.Hosting;
using MtlStudio.Web.Theme;
using MudBlazor;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Data;

/// <summary>A whole studio whose library the pages of data are drawn over.</summary>
public sealed class DataPageHost : IAsyncLifetime
{
    static DataPageHost() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    public TestStudio Studio { get; private set; } = null!;
    public DatasetLibrary Datasets => Studio.Service<DatasetLibrary>();
    public TaskLibrary Tasks => Studio.Service<TaskLibrary>();
    public MixLibrary Mixes => Studio.Service<MixLibrary>();
    public ModelLibrary Models => Studio.Service<ModelLibrary>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Studio = await TestStudio.StartAsync();
        await Studio.Service<PresetLibrary>().AllAsync();
        await Studio.Service<LibraryKeeper>().AdoptAsync(now: true);
    }

    public ValueTask DisposeAsync() => Studio.DisposeAsync();

    /// <summary>Keeps a dataset of one CSV file.</summary>
    public async Task<DatasetEntry> ImportAsync(string name, string csv)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("mtl-page-").FullName, $"{name}.csv");
        await File.WriteAllTextAsync(path, csv, Cancellation);
        return (await Datasets.ImportAsync([new ImportFile(path)], new ImportOptions { Name = name }, cancellation: Cancellation)).Entry;
    }

    public Task<TaskEntry> TaskAsync(string name, DatasetEntry data, string prompt = "{q}", string answer = " {a}") =>
        Tasks.CreateAsync(name, new TaskSpec { Data = new() { Dataset = data.Version.Hash }, Template = new() { Prompt = prompt, Answer = answer } }, cancellation: Cancellation);

    /// <summary>A page's surroundings; dispose it.</summary>
    public BunitContext Open(string address)
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        context.Services.AddLogging();
        context.Services.AddScoped<BrowserClock>();
        context.Services.AddSingleton(TimeProvider.System).AddSingleton(Studio.Service<DataFolder>());
        context.Services.AddSingleton(Datasets).AddSingleton(Tasks).AddSingleton(Mixes).AddSingleton(Models);
        context.Services.AddSingleton(Studio.Service<LibraryShelf>()).AddSingleton(Studio.Service<TaskPreviews>()).AddSingleton(Studio.Service<MixPlans>());
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return context;
    }

    /// <summary>Draws a page under the providers that it needs.</summary>
    public static IRenderedComponent<T> Render<T>(BunitContext context, params (string Name, object? Value)[] parameters) where T : IComponent => RenderWithMenus<T>(context, parameters).Page;

    /// <summary>Draws a page; the entries of its open menus lie beside it.</summary>
    public static (IRenderedComponent<T> Page, Func<IReadOnlyList<AngleSharp.Dom.IElement>> MenuItems) RenderWithMenus<T>(BunitContext context, params (string Name, object? Value)[] parameters) where T : IComponent
    {
        var root = context.Render(builder =>
        {
            builder.OpenComponent<MudPopoverProvider>(0);
            builder.CloseComponent();
            builder.OpenComponent<MudSnackbarProvider>(1);
            builder.CloseComponent();
            builder.OpenComponent<CascadingValue<ThemeState>>(2);
            builder.AddComponentParameter(3, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
            builder.AddComponentParameter(4, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
            {
                inner.OpenComponent<T>(0);
                foreach (var (name, value) in parameters) inner.AddComponentParameter(1, name, value);
                inner.CloseComponent();
            }));
            builder.CloseComponent();
        });
        return (root.FindComponent<T>(), () => root.FindAll(".mud-menu-item"));
    }
}
