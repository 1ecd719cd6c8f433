using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>From a file of one's own to a run that is ready to launch: dataset, task, mix.</summary>
public sealed class OwnDataTests(StudioFixture fixture)
{
    [Fact]
    public async Task OwnCsv_BecomesDatasetTaskAndMix_AndOpensNewRun()
    {
        var token = TestContext.Current.CancellationToken;
        var file = Path.Combine(Directory.CreateTempSubdirectory("mtl-own-").FullName, "weather.csv");
        await File.WriteAllTextAsync(file, "report,verdict\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"\"Day {i}: {(i % 3 == 0 ? "rain, all day long" : "sun, all day long")}\",{(i % 3 == 0 ? "wet" : "dry")}\n")), token);
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;

        await studio.GotoAsync("/data/datasets/new");
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        await Expect(page.Locator("[data-field='dataset-name']")).ToHaveValueAsync("weather");
        await page.Locator("[data-field='send']").ClickAsync();
        await page.WaitForURLAsync("**/data/datasets/*");
        await Expect(page.GetByText("160 train, 20 validation, 20 test")).ToBeVisibleAsync();
        await Expect(page.Locator(".column-text").GetByText("dry", new() { Exact = true })).ToBeVisibleAsync();
        await Guide.PictureAsync(studio, "data-rows");
        await studio.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Make a task of it" }).ClickAsync();
        await Expect(page.Locator(".strip")).ToContainTextAsync("all day long");
        await studio.WaitForAsync("/dry|wet/.test([...document.querySelectorAll('.strip .token-trained')].map(token => token.textContent).join(''))");
        await Expect(page.GetByText("Every example fits into 256 tokens.")).ToBeVisibleAsync();
        await Guide.PictureAsync(studio, "data-task");
        await studio.AssertAccessibleAsync();
        await page.Locator("[data-field='keep-task']").ClickAsync();
        await Expect(page.Locator(".item-head h2")).ToHaveTextAsync("weather");

        await page.GetByRole(AriaRole.Link, new() { Name = "Mix it" }).ClickAsync();
        await Expect(page.Locator(".outlook-table tbody tr")).ToHaveCountAsync(1);
        await page.Locator("[data-field='add-task']").FillAsync("transl");
        await page.Locator(".mud-popover-open .mud-list-item").GetByText("translation", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator(".outlook-table tbody tr")).ToHaveCountAsync(2);
        await page.Locator("[data-field='mix-name']").FillAsync("weather and translation");
        await page.Locator("[data-field='keep-mix']").ClickAsync();
        await Expect(page.Locator(".item-head h2")).ToHaveTextAsync("weather and translation");
        await Expect(page.Locator(".chart .barlayer .trace")).ToHaveCountAsync(2);
        await Guide.PictureAsync(studio, "data-mix");
        await studio.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "New run with it" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("New run");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/new\?mix="));
        studio.AssertClean();
    }

    [Theory]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    public async Task Data_FitsTheWindow_AtEveryWidth(int width, int height, ColorScheme scheme)
    {
        await using var studio = await fixture.NewPageAsync(width, height, scheme);
        foreach (var kind in new[] { "datasets", "tasks", "mixes", "models" })
        {
            await studio.GotoAsync($"/data/{kind}");
            await studio.Page.Locator(".browser-row").First.ClickAsync();
            await Expect(studio.Page.Locator(".item-head h2")).ToBeVisibleAsync();
            await studio.FitsAsync();
            await studio.ScreenshotAsync($"data-{kind}-{scheme.ToString().ToLowerInvariant()}-{width}");
        }
        studio.AssertClean();
    }
}
