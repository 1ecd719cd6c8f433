using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Store;
using MtlStudio.Web.Features.Studies;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Tests.Hosting;
using MudBlazor;
using MudBlazor.Services;

namespace MtlStudio.Web.Tests.Features.Studies;

/// <summary>The forms of both kinds of study over a whole studio with its samples.</summary>
public sealed class NewStudyPageTests(NewStudyPageTests.Fixture fixture) : IClassFixture<NewStudyPageTests.Fixture>, IAsyncDisposable
{
    private readonly BunitContext context = new();

    public sealed class Fixture : IAsyncLifetime
    {
        public TestStudio Studio { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Studio = await TestStudio.StartAsync();
            await Studio.Service<PresetLibrary>().AllAsync();
        }

        public ValueTask DisposeAsync() => Studio.DisposeAsync();
    }

    // A loaded machine is slow, not wrong.
    static NewStudyPageTests() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Policies_TellsWhatIsToMend_AtTheField()
    {
        var page = Open<NewStudyPage>("/studies/new?policies=equal&policies=uw");
        page.WaitForAssertion(() => Assert.StartsWith("6 runs", Plan(page)));
        Assert.StartsWith("Preset ", page.Find("[aria-labelledby='study-base'] p").TextContent);
        await page.ChangeAsync("[data-field='rates']", "0.001 often");
        page.WaitForAssertion(() => Assert.Equal("1 thing to mend.", Plan(page)));
        Assert.Contains("\"often\" is no number", page.Markup);
        Assert.True(Queue(page).HasAttribute("disabled"));
        await page.ChangeAsync("[data-field='rates']", "0.001 0.003");
        page.WaitForAssertion(() => Assert.StartsWith("4 runs", Plan(page)));
        await page.ChangeAsync("[data-policy='uw'] input, input[data-policy='uw']", false);
        page.WaitForAssertion(() => Assert.StartsWith("2 runs", Plan(page)));
        Assert.False(Queue(page).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Shares_BeginsFromAStudyOfItsKindAlone()
    {
        var spec = (await fixture.Studio.Service<PresetLibrary>().AllAsync(Xunit.TestContext.Current.CancellationToken))[0].Spec;
        var launched = await fixture.Studio.Service<ShareStudyStore>().CreateAsync(new() { Name = "my shares", Spec = spec, Eta = 0.5 }, cancellation: Xunit.TestContext.Current.CancellationToken);
        var page = Open<NewShareStudyPage>($"/studies/shares/new?study={launched.Study.Id}");
        page.WaitForAssertion(() => Assert.Equal("my shares (copy)", page.Find("[data-field='name']").GetAttribute("value")));
        Assert.StartsWith($"Study {launched.Study.Id}, my shares:", page.Find("[aria-labelledby='study-base'] p").TextContent);
        page.WaitForAssertion(() => Assert.Contains("one after another", Plan(page)));
        await page.ChangeAsync("[data-field='name']", "");
        page.WaitForAssertion(() => Assert.EndsWith("to mend.", Plan(page)));
        Assert.True(Queue(page).HasAttribute("disabled"));

        // The other form does not read it: it begins from the preset.
        var other = Open<NewStudyPage>($"/studies/new?study={launched.Study.Id}");
        other.WaitForAssertion(() => Assert.StartsWith("Preset ", other.Find("[aria-labelledby='study-base'] p").TextContent));
    }

    private static string Plan(IRenderedComponent<IComponent> page) => page.Find(".study-outlook [role='status']").TextContent;

    private static AngleSharp.Dom.IElement Queue(IRenderedComponent<IComponent> page) => page.FindAll(".study-outlook button").Single();

    private IRenderedComponent<T> Open<T>(string address) where T : IComponent
    {
        if (!context.Services.IsProviderInitialized)
        {
            context.JSInterop.Mode = JSRuntimeMode.Loose;
            context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
            var studio = fixture.Studio;
            context.Services.AddScoped(_ => new StudyStarts(studio.Service<PresetLibrary>(), studio.Service<RunStore>(), studio.Service<StudyStore>()));
            context.Services.AddFallbackServiceProvider(studio.App.Services);
            context.Render<MudPopoverProvider>();
        }
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return context.Render<T>();
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
