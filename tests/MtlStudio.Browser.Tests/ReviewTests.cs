using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Someone judges outputs blind, by keyboard alone, and then sees who was better.</summary>
public sealed class ReviewTests(StudioFixture fixture)
{
    [Fact]
    [Trait("Category", "Slow")]
    public async Task BlindReview_GoesFromTheFirstItemToTheResults_ByKeyboardAlone()
    {
        using var folder = new MtlStudio.Testing.TemporaryFolder();
        var (equal, pcgrad) = await ReviewedData.WriteAsync(folder.Root);
        await using var process = await StudioProcess.StartAsync(folder.Root);
        await using var studio = await fixture.NewPageAsync(address: process.Address);
        var (page, keys) = (studio.Page, studio.Page.Keyboard);
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add($"{request.Url} {request.PostData}");

        await studio.GotoAsync($"/review/new?runs={equal},{pcgrad}&count=3");
        await Expect(page.GetByText("6 examples, 2 outputs each, test split.")).ToBeVisibleAsync();
        await studio.ScreenshotAsync("review-new-light-1440");
        await studio.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the review" }).FocusAsync();
        await keys.PressAsync("Enter");
        await page.WaitForURLAsync("**/review/1");
        sent.Clear();
        await Expect(page.GetByLabel("Your name")).ToBeFocusedAsync();
        await keys.TypeAsync("ann");
        await keys.PressAsync("Enter");
        await AtAsync(page, 1);
        await studio.AssertAccessibleAsync();
        await Guide.PictureAsync(studio, "review-blind");
        await AssertBlindAsync(page, sent);

        // A tag and a note, then the vote; the next one comes by itself.
        await keys.PressAsync("e");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "wrong fact: output A" })).ToBeFocusedAsync();
        await keys.PressAsync("Space");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "wrong fact: output A" })).ToHaveAttributeAsync("aria-pressed", "true");
        await keys.PressAsync("n");
        await keys.TypeAsync("A names other goods");
        await keys.PressAsync("Escape");
        await Expect(page.GetByText("The note on item 1 is kept.")).ToBeVisibleAsync();
        await keys.PressAsync("2");
        await AtAsync(page, 2);
        await AssertBlindAsync(page, sent);

        // A slip, taken back; what was said before the slip stands.
        await keys.PressAsync("b");
        await AtAsync(page, 3);
        await keys.PressAsync("u");
        await AtAsync(page, 2);
        await keys.PressAsync("t");
        await AtAsync(page, 3);

        // Looking back shows whose they were.
        await keys.PressAsync("ArrowLeft");
        await AtAsync(page, 2);
        await keys.PressAsync("ArrowLeft");
        await AtAsync(page, 1);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "four tasks, PCGrad" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Note")).ToHaveValueAsync("A names other goods");
        await studio.ScreenshotAsync("review-voted-light-1440");
        await studio.GotoAsync("/review/1");
        await AtAsync(page, 3);
        await keys.PressAsync("r");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "four tasks, PCGrad" })).ToBeVisibleAsync();
        foreach (var number in new[] { 4, 5, 6 })
        {
            await keys.PressAsync("1");
            await AtAsync(page, number);
        }
        await page.GotoAsync("/review/1/results");
        await Expect(page.GetByText("Results end your blindness")).ToBeVisibleAsync();
        await studio.GotoAsync("/review/1?item=6");
        await AtAsync(page, 6);
        await keys.PressAsync("2");
        await Expect(page.GetByText("You have voted on all 6")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See the results" }).FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Who is preferred" })).ToBeVisibleAsync();
        await Expect(page.Locator(".results-informed")).ToContainTextAsync("1 vote came after names and scores had been seen and is not counted.");
        await studio.AssertAccessibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Look through the examples" })).ToBeVisibleAsync();
        await Guide.PictureAsync(studio, "review-results");
        await keys.TypeAsync("gv");
        await Expect(page.GetByText("Every example of these reviews has a vote.")).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();
        await studio.ScreenshotAsync("review-list-light-1440");
        studio.AssertClean();

        await PhoneAsync(process);
    }

    private async Task PhoneAsync(StudioProcess process)
    {
        await using var studio = await fixture.NewPageAsync(390, 844, ColorScheme.Dark, process.Address);
        var page = studio.Page;
        await studio.GotoAsync("/review/1");
        await page.GetByLabel("Your name").FillAsync("bob");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).TapAsync();
        await AtAsync(page, 1);
        await studio.FitsAsync();
        await studio.ScreenshotAsync("review-blind-dark-390");
        await page.GetByRole(AriaRole.Button, new() { Name = "A is best" }).Last.TapAsync();
        await AtAsync(page, 2);
        studio.AssertClean();
    }

    private static Task AtAsync(IPage page, int number) => Expect(page.Locator(".review-place b")).ToHaveTextAsync(number.ToString());

    /// <summary>Neither the document nor its address nor anything that was asked of the studio tells whose outputs these are.</summary>
    private static async Task AssertBlindAsync(IPage page, List<string> sent)
    {
        foreach (var text in sent.Append(await page.ContentAsync()).Append(page.Url).Append(await page.TitleAsync()))
        {
            Assert.DoesNotContain("PCGrad", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("four tasks", text, StringComparison.Ordinal);
            Assert.DoesNotContain("rouge-l", text, StringComparison.Ordinal);
        }
    }
}
