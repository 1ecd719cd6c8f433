using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Two policies on one mix by one press: planned, queued, watched, read, deleted.</summary>
public sealed class StudyTests(StudioFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Study_IsPlannedQueuedAndRead_FromTheBrowser()
    {
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var run = await LaunchAsync(client);
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync($"/studies/new?from={run}&policies=equal&policies=uw");
        await Expect(page.Locator(".study-outlook [role='status']")).ToContainTextAsync("baselines", new() { Timeout = 30_000 });
        var rates = page.Locator("[data-field='rates']");
        await rates.FillAsync("0.001 often");
        await rates.BlurAsync();
        await Expect(page.GetByText("\"often\" is no number").First).ToBeVisibleAsync();
        await rates.FillAsync("0.001");
        await rates.BlurAsync();
        await page.Locator("[data-field='name']").FillAsync("two policies");
        await page.Locator("[data-field='name']").BlurAsync();
        await page.GetByText("Single-task baselines of every run").ClickAsync();
        // The run that the study begins from is equal weighting at this rate: it is not trained twice.
        await Expect(page.Locator(".study-outlook [role='status']")).ToContainTextAsync("1 run (1 more stand already)", new() { Timeout = 30_000 });
        await studio.AssertAccessibleAsync();
        await studio.ScreenshotAsync("new-study-light-1440");
        await page.GetByRole(AriaRole.Button, new() { Name = "Queue the study" }).ClickAsync();

        await page.WaitForURLAsync(new Regex("/studies/[0-9]+$"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("two policies");
        await Expect(page.Locator("[aria-label='Policies'] tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("[aria-label='Policies'] tbody").GetByText("1 of 1")).ToHaveCountAsync(2, new() { Timeout = 240_000 });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Compare the chosen" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await studio.AssertAccessibleAsync();
        await Guide.PictureAsync(studio, "study");
        await using (var phone = await fixture.NewPageAsync(390, 844, ColorScheme.Dark))
        {
            await phone.GotoAsync(new Uri(page.Url).PathAndQuery);
            await Expect(phone.Page.Locator("h1")).ToHaveTextAsync("two policies");
            await phone.FitsAsync();
            await phone.ScreenshotAsync("study-dark-390");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/studies$"));
        await Expect(page.GetByText("two policies")).ToHaveCountAsync(0);
        studio.AssertClean();
    }

    private static async Task<long> LaunchAsync(HttpClient client)
    {
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets", Token))![0]!["spec"]!.DeepClone();
        (spec["name"], spec["training"]!["steps"], spec["evaluation"]!["every"], spec["evaluation"]!["examples"], spec["evaluation"]!["test"]) = ("small mix", 12, 12, 8, false);
        spec["checkpoints"] = new JsonObject { ["every"] = 12 };
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("id").GetInt64();
    }
}
