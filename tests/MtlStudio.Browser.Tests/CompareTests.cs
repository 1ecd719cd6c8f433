using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>A first start with the recorded study: from Home's sentence to the examples behind it, to what to try next, and to a report for others.</summary>
public sealed class CompareTests(StudioFixture fixture)
{
    private const string Wide = "document.documentElement.scrollWidth";

    [Fact]
    [Trait("Category", "Slow")]
    public async Task FirstStart_LeadsFromWhatIsHurt_ToItsExamples_AndToARunThatDiffersInOneField()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-compare-");
        try
        {
            await using var process = await StudioProcess.StartAsync(folder.FullName, "--Studio:SampleStudy=true");
            await FromHomeAsync(process.Address);
            await OnAPhoneAsync(process.Address);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task FromHomeAsync(string address)
    {
        await using var studio = await fixture.NewPageAsync(1440, 1240, address: address);
        var page = studio.Page;
        await studio.GotoAsync("/");
        // The study is taken in and judged beside the first look at the page.
        await Expect(page.Locator(".page-sentence")).ToContainTextAsync("under each of 3 seeds), and tasks of 3 more runs", new() { Timeout = 120_000 });
        await Expect(page.Locator(".run-list tr:has(.verdict)")).ToHaveCountAsync(6);
        await page.SetViewportSizeAsync(1440, 820);
        await Guide.PictureAsync(studio, "home-verdicts");
        await page.SetViewportSizeAsync(1440, 1240);

        await page.Locator(".home-why").ClickAsync();
        await Expect(page.Locator(".page-sentence")).ToHaveTextAsync(new Regex("hurts .*sentiment"));
        await Expect(page.Locator(".forest-box svg").First.Locator(".forest-row")).ToHaveCountAsync(5);
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("example by example") })).ToBeVisibleAsync();
        await Expect(page.Locator(".example-scroll tbody tr")).ToHaveCountAsync(20);
        await Guide.PictureAsync(studio, "compare-examples", page.Locator("#examples-panel"));

        // What to try next is a clone that differs in one field.
        await page.Locator(".example-act").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("New run");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/(runs/)?new\?from=\d+&set="));
        await Expect(page.Locator(".differences tbody tr")).ToHaveCountAsync(1);

        // Three seeds under two policies: one line each, and the link opens the same picture.
        await studio.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "See which tasks are hurt, and which are helped" }).ClickAsync();
        await Expect(page.Locator(".picker-line")).ToHaveCountAsync(2);
        await Expect(page.Locator(".forest-box svg").First.Locator(".forest-row")).ToHaveCountAsync(10);
        await Expect(page.Locator(".js-plotly-plot .scatterlayer .js-line").First).ToBeVisibleAsync();
        await AssertWordsFitAsync(page);
        await studio.AssertAccessibleAsync();
        await Guide.PictureAsync(studio, "compare");
        var labels = await page.Locator(".picker-name").AllInnerTextsAsync();
        await page.Locator("label", new() { HasText = "group seeds" }).ClickAsync();
        await Expect(page.Locator(".map thead th.number")).ToHaveCountAsync(6);
        await page.Locator(".map td a").First.ClickAsync();
        await Expect(page.Locator(".example-scroll tbody tr")).ToHaveCountAsync(20);
        await page.ReloadAsync();
        await Expect(page.Locator(".map thead th.number")).ToHaveCountAsync(6);
        await Expect(page.Locator(".example-scroll tbody tr")).ToHaveCountAsync(20);
        await page.Locator("label", new() { HasText = "group seeds" }).ClickAsync();
        await Expect(page.Locator(".picker-name")).ToHaveTextAsync(labels);
        studio.AssertClean();

        var saved = page.WaitForDownloadAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Report" }).ClickAsync();
        await ReportOpensAsync(await (await saved).PathAsync());
    }

    /// <summary>The report opens from a disk, asks nobody for anything, and follows its reader's theme.</summary>
    private async Task ReportOpensAsync(string path)
    {
        var file = Path.ChangeExtension(path, ".html");
        File.Copy(path, file, overwrite: true);
        foreach (var (scheme, background) in new[] { (ColorScheme.Light, "rgb(255, 255, 255)"), (ColorScheme.Dark, "rgb(22, 24, 28)") })
        {
            await using var reader = await fixture.NewPageAsync(1200, 900, scheme);
            var asked = new List<string>();
            reader.Page.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal)) asked.Add(request.Url); };
            await reader.Page.GotoAsync(new Uri(file).AbsoluteUri);
            await Expect(reader.Page.Locator("h1")).ToContainTextAsync("Compare");
            await Expect(reader.Page.Locator(".sentence")).ToContainTextAsync("sentiment");
            await Expect(reader.Page.Locator("svg.curves")).ToHaveCountAsync(5);
            await Expect(reader.Page.Locator("body")).ToHaveCSSAsync("background-color", background);
            Assert.True(await reader.Page.EvaluateAsync<int>(Wide) <= 1200);
            Assert.Empty(asked);
            await reader.AssertAccessibleAsync();
            await reader.ScreenshotAsync($"report-{scheme.ToString().ToLowerInvariant()}");
            reader.AssertClean();
        }
    }

    private async Task OnAPhoneAsync(string address)
    {
        await using var studio = await fixture.NewPageAsync(390, 844, ColorScheme.Dark, address);
        var page = studio.Page;
        // Also in the moments before charts have found their width.
        await page.AddInitScriptAsync("window.widest = 0; new MutationObserver(() => { window.widest = Math.max(window.widest, document.documentElement.scrollWidth); }).observe(document, { childList: true, subtree: true, attributes: true });");
        await studio.GotoAsync("/compare?runs=1,7,8,14,15,21&reference=baseline&task=sentiment&open=1");
        await Expect(page.Locator(".example-scroll tbody tr")).ToHaveCountAsync(20);
        await Expect(page.Locator(".forest-row")).ToHaveCountAsync(12);
        await Expect(page.Locator(".js-plotly-plot .scatterlayer .js-line").First).ToBeVisibleAsync();
        Assert.Equal(390, await page.EvaluateAsync<int>("window.widest"));
        await AssertWordsFitAsync(page);
        await studio.AssertAccessibleAsync();
        await studio.ScreenshotAsync("compare-dark-390");
        studio.AssertClean();
    }

    /// <summary>No word of the forest plot reaches out of its figure.</summary>
    private static async Task AssertWordsFitAsync(IPage page) => Assert.Equal("", await page.EvaluateAsync<string>(
        "[...document.querySelectorAll('.forest text')].filter(text => { const box = text.getBoundingClientRect(), room = text.ownerSVGElement.getBoundingClientRect(); return box.right > room.right + 1 || box.left < room.left - 1; }).map(text => text.textContent).join(' | ')"));
}
