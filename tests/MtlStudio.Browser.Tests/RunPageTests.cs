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
            await phone.FitsAsync();
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
        var download = await page.RunAndWaitForDownloadAsync(() => export.GetByRole(AriaRole.Link, new() { Name = "zip" }).ClickAsync());
        Assert.EndsWith(".zip", download.SuggestedFilename);
        // Sent first: content that is in the library keeps the name it has there.
        await ImportedAsync(studio, download);
        await studio.GotoAsync($"/runs/{run}?tab=evaluation");
        await export.GetByRole(AriaRole.Button, new() { Name = "Use as model" }).ClickAsync();
        await Expect(page.GetByText("is in the library")).ToBeVisibleAsync();
        studio.AssertClean();

        await using var small = await fixture.NewPageAsync(390, 844, ColorScheme.Dark);
        foreach (var tab in Tabs)
        {
            await small.GotoAsync($"/runs/{run}?tab={tab}");
            await Expect(small.Page.Locator(".panel").First).ToBeVisibleAsync();
            await small.FitsAsync();
            await small.ScreenshotAsync($"run-{tab}-dark-390");
        }
        small.AssertClean();
    }

    /// <summary>What came out of one studio goes into another by its Models page: listed, and a run begins from it.</summary>
    private static async Task ImportedAsync(StudioPage studio, IDownload download)
    {
        const string Name = "exported and sent back";
        var page = studio.Page;
        var file = Path.Combine(Directory.CreateTempSubdirectory("mtl-export-").FullName, download.SuggestedFilename);
        try
        {
            await download.SaveAsAsync(file);
            await studio.GotoAsync("/data/models/new");
            await page.GetByLabel("or choose a zip of it").SetInputFilesAsync(file);
            await page.Locator("[data-field='model-name']").FillAsync(Name);
            await page.Locator("[data-field='send']").ClickAsync();
            await Expect(page.Locator(".item-head h2")).ToHaveTextAsync(Name);
            await Expect(page.Locator(".facts")).ToContainTextAsync("LlamaForCausalLM");
            await Expect(page.Locator(".browser-row", new() { HasText = Name })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "New run from it" }).ClickAsync();
            await Expect(page.GetByText("Ready: ")).ToBeVisibleAsync();
            await Expect(page.Locator("[data-section=model]")).ToContainTextAsync("LlamaForCausalLM");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
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
