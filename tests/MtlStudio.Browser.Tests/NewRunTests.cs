using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Writing a run: sections, a reload on the way, the text beside the form, and the settings that stand behind it.</summary>
public sealed class NewRunTests(StudioFixture fixture)
{
    [Fact]
    public async Task Form_SurvivesAReload_FollowsItsText_AndMendsWhatIsNotMeant()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/new?set=weighting.name=pcgrad&section=tasks");
        await Expect(page.GetByText("Ready: 4 tasks")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator("[aria-labelledby='differences']")).ToContainTextAsync("pcgrad");

        await page.Locator("[data-field='tasks[1].lossWeight']").FillAsync("2");
        await page.Locator("[data-field='tasks[1].lossWeight']").BlurAsync();
        await Expect(page.GetByText("only the fixed policy counts by them")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByText("is back.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator("[data-field='tasks[1].lossWeight']")).ToHaveValueAsync("2");
        await Guide.PictureAsync(studio, "new-run-tasks");

        await page.GetByRole(AriaRole.Button, new() { Name = "Count by loss weights" }).ClickAsync();
        await Expect(page.Locator("[data-section='weighting']")).ToContainTextAsync("Fixed");
        await page.GetByRole(AriaRole.Button, new() { Name = "JSON", Exact = true }).ClickAsync();
        var text = page.Locator("[data-field='json']");
        var spec = await text.InputValueAsync();
        var steps = JsonNode.Parse(spec)!["training"]!["steps"]!.GetValue<int>();
        await text.FillAsync(spec.Replace($"\"steps\": {steps}", "\"steps\": 77", StringComparison.Ordinal));
        await Expect(page.GetByText("Ready: 4 tasks, 77 steps.")).ToBeVisibleAsync();
        await text.FillAsync(spec.Replace($"\"steps\": {steps}", "\"steps\": ,", StringComparison.Ordinal));
        await Expect(page.GetByText("The text is not valid JSON")).ToBeVisibleAsync();
        await Expect(page.Locator(".json-bad")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start over" }).ClickAsync();
        await Expect(page.GetByText($"Ready: 4 tasks, {steps} steps.")).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();
        studio.AssertClean();
    }

    [Fact]
    public async Task Settings_BackUp_AndStageARestoreThatIsTakenBack()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/settings");
        await Expect(page.Locator("[data-device='cpu:0']")).ToContainTextAsync("GiB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();
        var restore = page.GetByRole(AriaRole.Button, new() { Name = "Restore" }).First;
        await Expect(restore).ToBeVisibleAsync();
        await studio.ScreenshotAsync("settings-light-1440");
        await restore.ClickAsync();
        await Expect(page.GetByText("At the next start the database goes back to")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(page.GetByText("At the next start the database goes back to")).ToBeHiddenAsync();

        var points = page.Locator("[data-field='judging.smallestDifference']");
        await points.FillAsync("60");
        await points.BlurAsync();
        await Expect(page.GetByText("must be 0 to 50 points (you gave 60)")).ToBeVisibleAsync();
        await points.FillAsync("1");
        await points.BlurAsync();
        await Expect(page.GetByText("Kept.")).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();
        studio.AssertClean();
    }

    [Fact]
    public async Task Settings_FitAPhone()
    {
        await using var studio = await fixture.NewPageAsync(390, 844, ColorScheme.Dark);
        await studio.GotoAsync("/settings");
        await Expect(studio.Page.Locator("[data-device='cpu:0']")).ToBeVisibleAsync();
        await studio.FitsAsync();
        studio.AssertClean();
    }
}
