using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

[assembly: AssemblyFixture(typeof(StudioFixture))]

namespace MtlStudio.Browser.Tests;

public sealed class SmokeTests(StudioFixture fixture)
{
    [Fact]
    public async Task Home_StandsOnItsCircuit_UnderTheStrictPolicy()
    {
        await using var studio = await fixture.NewPageAsync();
        var violations = await WatchPolicyAsync(studio.Page);
        await studio.GotoAsync("/");
        await Expect(studio.Page).ToHaveTitleAsync("Home · MtlStudio");
        await studio.Page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await Expect(studio.Page.Locator("h1")).ToHaveTextAsync("Settings");
        await Expect(studio.Page).ToHaveURLAsync($"{fixture.Studio.Address}/settings");
        Assert.Empty(await violations());
        studio.AssertClean();
    }

    [Fact]
    public async Task Chart_DrawsAndGrows_UnderTheStrictPolicy()
    {
        await using var studio = await fixture.NewPageAsync();
        var violations = await WatchPolicyAsync(studio.Page);
        await studio.GotoAsync("/settings");
        var lines = studio.Page.Locator(".chart .scatterlayer .js-line");
        await Expect(lines).ToHaveCountAsync(2);
        const string points = "document.querySelector('.js-plotly-plot').data[0].x.length";
        await studio.WaitForAsync($"{points} >= 3");
        await studio.ScreenshotAsync("settings-light-1440");
        Assert.Empty(await violations());
        studio.AssertClean();
    }

    [Fact]
    public async Task Theme_IsShownAndKept_WhenItIsSwitched()
    {
        await using var studio = await fixture.NewPageAsync(scheme: ColorScheme.Light);
        await studio.GotoAsync("/settings");
        await Expect(studio.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: system" }).ClickAsync();
        await studio.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Dark" }).ClickAsync();
        await Expect(studio.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(studio.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(22, 24, 28)");

        // Kept, and there before anything else is: the very first document already has it.
        await studio.Page.GotoAsync("/settings", new() { WaitUntil = WaitUntilState.Commit });
        await studio.WaitForAsync("document.body !== null");
        Assert.Equal("rgb(22, 24, 28)", await BackgroundAsync(studio.Page));
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: dark" })).ToBeVisibleAsync();
        studio.AssertClean();
    }

    [Fact]
    public async Task Theme_FollowsTheSystem_WhenNothingIsChosen()
    {
        await using var studio = await fixture.NewPageAsync(scheme: ColorScheme.Dark);
        await studio.GotoAsync("/settings");
        await Expect(studio.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(22, 24, 28)");
        await studio.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(studio.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        studio.AssertClean();
    }

    [Fact]
    public async Task Keys_GoToPages_WhenNobodyTypes()
    {
        await using var studio = await fixture.NewPageAsync();
        await studio.GotoAsync("/");
        await studio.Page.Keyboard.TypeAsync("gs");
        await Expect(studio.Page.Locator("h1")).ToHaveTextAsync("Settings");
        await studio.Page.Keyboard.TypeAsync("gh");
        await Expect(studio.Page.Locator("h1")).ToHaveTextAsync("Home");
        await studio.Page.Keyboard.TypeAsync("?");
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("g s");
        studio.AssertClean();
    }

    [Fact]
    public async Task UnknownAddress_IsToldWithStatus404_InTheStudiosOwnShell()
    {
        await using var studio = await fixture.NewPageAsync();
        var answer = await studio.Page.GotoAsync("/no-such-page");
        Assert.Equal(404, answer!.Status);
        await Expect(studio.Page.Locator("h1")).ToHaveTextAsync("Nothing is at this address");
        studio.Forgive(fault => fault.Contains("404"));
        studio.AssertClean();
    }

    [Fact]
    public async Task JobsDashboard_Stands_UnderTheStrictPolicy()
    {
        await using var studio = await fixture.NewPageAsync();
        var violations = await WatchPolicyAsync(studio.Page);
        await studio.Page.GotoAsync("/hangfire");
        await Expect(studio.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        Assert.Empty(await violations());
        studio.AssertClean();
    }

    [Theory]
    [InlineData("/", ColorScheme.Light)]
    [InlineData("/settings", ColorScheme.Light)]
    [InlineData("/settings", ColorScheme.Dark)]
    public async Task Page_HasNoSeriousBarrier(string path, ColorScheme scheme)
    {
        await using var studio = await fixture.NewPageAsync(scheme: scheme);
        await studio.GotoAsync(path);
        await studio.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData(1440, 900, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task Shell_FitsTheWindow_AtEveryWidth(int width, int height, ColorScheme scheme)
    {
        await using var studio = await fixture.NewPageAsync(width, height, scheme);
        await studio.GotoAsync("/settings");
        await Expect(studio.Page.Locator(".chart .scatterlayer .js-line")).ToHaveCountAsync(2);
        await studio.FitsAsync();
        await studio.ScreenshotAsync($"settings-{scheme.ToString().ToLowerInvariant()}-{width}");
        studio.AssertClean();
    }

    private static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    /// <summary>Counts the browser's own reports, from before the first script runs.</summary>
    private static async Task<Func<Task<string[]>>> WatchPolicyAsync(IPage page)
    {
        await page.AddInitScriptAsync("window.violations = []; document.addEventListener('securitypolicyviolation', e => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));");
        return () => page.EvaluateAsync<string[]>("window.violations");
    }
}
