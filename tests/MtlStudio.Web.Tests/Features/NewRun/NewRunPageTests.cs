using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.NewRun;
using MtlStudio.Web.Tests.Api;
using MtlStudio.Web.Theme;
using MudBlazor;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.NewRun;

/// <summary>The form over a whole studio with fake trainers.</summary>
public sealed class NewRunPageTests(RunningStudio running) : IClassFixture<RunningStudio>, IAsyncDisposable
{
    private readonly BunitContext context = new();

    // A loaded machine is slow, not wrong.
    static NewRunPageTests() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    private NavigationManager Navigation => context.Services.GetRequiredService<NavigationManager>();

    [Fact]
    public async Task Form_ShowsTheOneChange_WhenTheAddressSetsIt()
    {
        var id = await running.LaunchAsync(running.Spec(3));
        var page = Open($"/new?from={id}&set=weighting.name%3D%22pcgrad%22");
        page.WaitForAssertion(() => Assert.Equal(["weighting.name", "equal", "pcgrad"], page.Find("[aria-labelledby=differences] tbody tr").Children.Select(cell => cell.TextContent)));
        Assert.Equal($"/runs/{id}", page.Find("#differences a").GetAttribute("href"));
        Assert.Contains("PCGrad", page.Find("[data-section=weighting]").TextContent);
    }

    [Fact]
    public async Task Json_MovesTheForm_AndKeepsWhatIsWrong()
    {
        var page = await OpenRunAsync();
        await page.PressAsync("#json");
        var text = page.Find("[data-field=json]").GetAttribute("value")!;

        await page.TypeAsync("[data-field=json]", text.Replace("\"steps\": 3", "\"steps\": 0", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("Steps must be 1 to 10,000,000 (you gave 0)", page.Find("[aria-labelledby=faults]").TextContent));
        var line = text.Split('\n').TakeWhile(one => !one.Contains("\"steps\"", StringComparison.Ordinal)).Count() + 1;
        Assert.Contains($"JSON line {line}", page.Find("[aria-labelledby=faults]").TextContent);
        Assert.Equal(line.ToString(), page.Find(".json-bad").TextContent);
        await page.PressAsync("[aria-labelledby=faults] button");
        Assert.EndsWith("section=training", Navigation.Uri);

        await page.TypeAsync("[data-field=json]", "{ \"name\": ");
        page.WaitForAssertion(() => Assert.Contains("The text is not valid JSON", page.Find("[aria-labelledby=faults]").TextContent));
        Assert.Equal("{ \"name\": ", page.Find("[data-field=json]").GetAttribute("value"));
        await page.TypeAsync("[data-field=json]", text.Replace("\"steps\": 3", "\"steps\": 4", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("Ready: 2 tasks, 4 steps.", page.Markup));
    }

    [Fact]
    public async Task Launch_SaysWhatItQueuesBeforeItDoes_ThenQueuesThat()
    {
        var page = await OpenRunAsync(seed: 71);
        page.WaitForAssertion(() => Assert.Contains("+2 baselines", page.Find(".launch").TextContent));
        await page.ChangeAsync("[data-field=seeds]", "2");
        page.WaitForAssertion(() => Assert.Contains("+4 baselines", page.Find(".launch").TextContent));
        var before = await CountAsync();
        await page.PressAsync(".launch button", button => button.TextContent.Contains("Launch with baselines", StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Matches("/runs/[0-9]+$", Navigation.Uri));
        Assert.Equal(before + 6, await CountAsync());
    }

    [Theory]
    [InlineData(3, "0.25 s a step", "at most 4 examples go through the model at once")]
    [InlineData(2_000, "There was not enough memory to load the model", "choose a smaller one")]
    public async Task Trial_TellsWhatThreeStepsTook_OrWhyTheyCouldNotBeMade(int steps, string first, string second)
    {
        context.Services.AddFallbackServiceProvider(running.Studio.App.Services);
        var spec = running.Spec(steps).Deserialize<RunSpec>(WireJson.Compact)!;
        var press = context.Render<TrialPress>(parameters => parameters.Add(trial => trial.Spec, spec));
        await press.PressAsync("button");
        press.WaitForAssertion(() => Assert.Contains(first, press.Markup));
        Assert.Contains(second, press.Markup);
        Assert.Equal("Try three steps", press.Find("button").TextContent);
    }

    [Fact]
    public async Task Share_OfZero_RefusesBaselinesAlone()
    {
        var page = await OpenRunAsync();
        await page.PressAsync("#json");
        await page.TypeAsync("[data-field=json]", page.Find("[data-field=json]").GetAttribute("value")!.Replace("\"proportional\"", "\"explicit\"", StringComparison.Ordinal));
        await page.PressAsync("[data-section=tasks] .section-head");
        await page.ChangeAsync("[data-field='tasks[1].share']", "0");
        page.WaitForAssertion(() => Assert.Contains("\"sentiment\" has share 0", page.Find(".launch").TextContent));
        var buttons = page.FindAll(".launch button");
        Assert.True(buttons[0].HasAttribute("disabled"));
        Assert.False(buttons[1].HasAttribute("disabled"));
    }

    [Fact]
    public async Task Form_ComesBackAfterAReload_UntilOneStartsOver()
    {
        var id = await running.LaunchAsync(running.Spec(3));
        var address = $"/new?from={id}";
        var kept = System.Text.Json.JsonSerializer.Serialize(new KeptDraft(address, "mine", running.Spec(8).ToJsonString(), 0), MtlStudio.Core.Runs.WireJson.Compact);
        context.JSInterop.Setup<string?>("sessionStorage.getItem", $"mtl-new-run:{address}").SetResult(kept);
        var page = Open(address);
        page.WaitForAssertion(() => Assert.Contains("Ready: 2 tasks, 8 steps.", page.Markup));
        await page.PressAsync("button", button => button.TextContent == "Start over");
        page.WaitForAssertion(() => Assert.Contains("Ready: 2 tasks, 3 steps.", page.Markup));
        Assert.Contains(context.JSInterop.Invocations["sessionStorage.removeItem"], call => call.Arguments[0]!.Equals($"mtl-new-run:{address}"));
    }

    [Fact]
    public void Form_BeginsFromTheFirstPreset_AndSaysSo_WhenTheRunIsGone()
    {
        var page = Open("/new?from=99999");
        page.WaitForAssertion(() => Assert.Contains("There is no run 99999 (any more). The form begins from four tasks instead.", page.Markup));
    }

    private async Task<IRenderedComponent<NewRunPage>> OpenRunAsync(int seed = 1)
    {
        var spec = running.Spec(3);
        spec["seed"] = seed;
        var page = Open($"/new?from={await running.LaunchAsync(spec)}");
        page.WaitForAssertion(() => Assert.Contains("Ready: 2 tasks, 3 steps.", page.Markup));
        return page;
    }

    private IRenderedComponent<NewRunPage> Open(string address)
    {
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        context.Services.AddScoped<DraftKeeper>().AddScoped<BrowserClock>().AddSingleton(TimeProvider.System);
        context.Services.AddFallbackServiceProvider(running.Studio.App.Services);
        Navigation.NavigateTo(address);
        return context.Render(builder =>
        {
            builder.OpenComponent<MudPopoverProvider>(0);
            builder.CloseComponent();
            builder.OpenComponent<CascadingValue<ThemeState>>(1);
            builder.AddComponentParameter(2, nameof(CascadingValue<ThemeState>.Value), new ThemeState(ThemeChoice.Light, IsDark: false));
            builder.AddComponentParameter(3, nameof(CascadingValue<ThemeState>.ChildContent), (RenderFragment)(inner =>
            {
                inner.OpenComponent<NewRunPage>(0);
                inner.CloseComponent();
            }));
            builder.CloseComponent();
        }).FindComponent<NewRunPage>();
    }

    private async Task<int> CountAsync() => (await running.Studio.Service<RunReader>().RunsAsync(new RunFilter(), TestContext.Current.CancellationToken)).Total;

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
