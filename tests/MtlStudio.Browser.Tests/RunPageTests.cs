using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>A finished run's page: every tab without barriers, a checkpoint chosen, exported and used as a model; and a run that waits, on a phone.</summary>
public sealed class RunPageTests(StudioFixture fixture)
{
    private static readonly string[] Tabs = ["overview", "curves", "balance", "evaluation", "system", "spec"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Checkpoint_IsChosenExportedAndUsedAsAModel_FromTheRunsPage()
    {
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var run = await LaunchAsync(client, "short", 12);
        var waiting = await LaunchAsync(client, "waits", 12);
        await using (var phone = await fixture.NewPageAsync(390, 844))
        {
            await phone.GotoAsync($"/runs/{waiting}");
            Assert.Equal(390, await phone.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            await phone.AssertAccessibleAsync();
            phone.AssertClean();
        }
        await FinishedAsync(client, run);

        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        foreach (var tab in Tabs)
        {
            await studio.GotoAsync($"/runs/{run}?tab={tab}");
            await Expect(page.Locator(".panel").First).ToBeVisibleAsync();
            await studio.AssertAccessibleAsync();
        }

        await studio.GotoAsync($"/runs/{run}?tab=evaluation");
        await Expect(page.Locator(".checkpoint-sentence")).ToContainTextAsync("step");
        await page.Locator("[data-press='export']").ClickAsync();
        var export = page.Locator("[data-export]");
        await Expect(export).ToContainTextAsync("done", new() { Timeout = 60_000 });
        await Guide.PictureAsync(studio, "run-export", page.Locator("#exports"));
        await export.GetByRole(AriaRole.Button, new() { Name = "Use as model" }).ClickAsync();
        await Expect(page.GetByText("is in the library")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => export.GetByRole(AriaRole.Link, new() { Name = "zip" }).ClickAsync());
        Assert.EndsWith(".zip", download.SuggestedFilename);
        studio.AssertClean();

        await using var small = await fixture.NewPageAsync(390, 844, ColorScheme.Dark);
        foreach (var tab in Tabs)
        {
            await small.GotoAsync($"/runs/{run}?tab={tab}");
            await Expect(small.Page.Locator(".panel").First).ToBeVisibleAsync();
            Assert.True(await small.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") == 390, $"{tab} is wider than a phone");
            await small.ScreenshotAsync($"run-{tab}-dark-390");
        }
        small.AssertClean();
    }

    private static async Task<long> LaunchAsync(HttpClient client, string name, int steps)
    {
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets", Token))![0]!["spec"]!.DeepClone();
        (spec["name"], spec["training"]!["steps"]) = (name, steps);
        spec["evaluation"]!["every"] = steps / 2;
        spec["checkpoints"] = new JsonObject { ["every"] = steps / 2 };
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("id").GetInt64();
    }

    private static async Task FinishedAsync(HttpClient client, long run)
    {
        for (var left = 600; ; left--)
        {
            var state = (await client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}", Token)).GetProperty("state").GetString();
            if (state == "finished") return;
            Assert.True(left > 0 && state != "failed", $"run {run} is {state}");
            await Task.Delay(500, Token);
        }
    }
}
