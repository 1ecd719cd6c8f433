using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>The first minutes of someone who has never seen the studio: one press, a run that is watched live, and what it learned.</summary>
public sealed class SampleRunTests(StudioFixture fixture)
{
    private const int Minutes = 8 * 60_000;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task SampleRun_IsLaunchedWatchedAndFinished_FromTheBrowserAlone()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/runs/new");
        await Expect(page.GetByText("Ready: 4 tasks")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "summarization" })).ToBeVisibleAsync();
        await Guide.PictureAsync(studio, "new-run");

        await page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(new System.Text.RegularExpressions.Regex("/runs/[0-9]+"));
        await Expect(page.Locator("h1")).ToContainTextAsync("four tasks", new() { Timeout = 20_000 });
        await Expect(page.Locator(".state", new() { HasText = "running" }).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        foreach (var task in new[] { "translation", "sentiment", "qa", "summarization" })
            await Expect(page.GetByText(task).First).ToBeVisibleAsync();

        await Expect(page.Locator(".state", new() { HasText = "finished" }).First).ToBeVisibleAsync(new() { Timeout = Minutes });
        await Guide.PictureAsync(studio, "run-overview");
        await page.GetByRole(AriaRole.Link, new() { Name = "Balance", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Shares", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("figure.chart .js-plotly-plot .trace").First).ToBeVisibleAsync();
        await Guide.PictureAsync(studio, "run-balance");
        await page.GetByRole(AriaRole.Link, new() { Name = "Evaluation", Exact = true }).ClickAsync();
        await Guide.PictureAsync(studio, "run-evaluation");
        studio.AssertClean();
    }

    [Fact]
    public async Task NewRun_NamesTheFaultOnItsField_WhenAValueIsOutOfRange()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/runs/new");
        await Expect(page.GetByText("Ready: 4 tasks")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Training & evaluation" }).ClickAsync();
        var steps = page.Locator("[data-field='training.steps']");
        await steps.FillAsync("0");
        await steps.BlurAsync();
        await Expect(page.GetByText("Steps must be 1 to 10,000,000 (you gave 0)").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true })).ToBeDisabledAsync();
        await studio.ScreenshotAsync("new-run-fault-light-1440");

        await steps.FillAsync("12");
        await steps.BlurAsync();
        await Expect(page.GetByText("Ready: 4 tasks, 12 steps.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What differs from four tasks" })).ToBeVisibleAsync();
        studio.AssertClean();
    }

    [Theory]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    public async Task NewRun_FitsTheWindow_AtEveryWidth(int width, int height, ColorScheme scheme)
    {
        await using var studio = await fixture.NewPageAsync(width, height, scheme);
        await studio.GotoAsync("/runs/new");
        await Expect(studio.Page.GetByText("Ready: 4 tasks")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await studio.FitsAsync();
        await studio.ScreenshotAsync($"new-run-{scheme.ToString().ToLowerInvariant()}-{width}");
        studio.AssertClean();
    }
}
