using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Someone with two files of their own and one that is broken: dropped, looked at, changed, and trained with one press.</summary>
public sealed class StartFromFilesTests(StudioFixture fixture)
{
    private static readonly string Reviews = "text,label\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"The {(i % 3 == 0 ? "soup" : "bread")} of day {i} was {(i % 2 == 0 ? "lovely" : "stale")}.,{(i % 2 == 0 ? "good" : "bad")}\n"));
    private static readonly string Questions = string.Concat(Enumerable.Range(0, 60).Select(i => JsonSerializer.Serialize(new { question = $"What comes after {i}?", answer = $"{i + 1} comes after {i}." }) + "\n"));

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Files_BecomeTasksOfAMix_ByOnePress_AndAreTrainedAndCompared()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Start from files" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What happens" })).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();
        await page.Locator("input[type=file]").SetInputFilesAsync([File("inn-reviews.csv", Reviews), File("sums.jsonl", Questions), File("broken.csv", "text,label\nfine,1\nonly one\n")]);

        var reviews = page.Locator("[data-row='inn-reviews']");
        await Expect(reviews.GetByText("Classification")).ToBeVisibleAsync();
        await Expect(reviews.Locator(".example-text")).ToContainTextAsync("Label (bad or good): good");
        await Expect(page.Locator("[data-row='sums']").GetByText("Question answering")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-row='broken']").GetByText("it has 1 field, but the header has 2")).ToBeVisibleAsync();
        await Expect(page.GetByText("2 of 3 datasets will become a task")).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();

        await reviews.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await reviews.GetByLabel("Prompt: what the model reads").FillAsync("Review: {text}\nVerdict:");
        await Expect(reviews.Locator(".example-text")).ToContainTextAsync("Verdict: good");
        await Guide.PictureAsync(studio, "start-from-files");

        // The address brings the files back.
        await Expect(page).ToHaveURLAsync(new Regex("upload=[0-9a-f]{32}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Make 2 datasets, 2 tasks and the mix" }).ClickAsync();
        await page.WaitForURLAsync("**/new?mix=*");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New run", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("Ready: 2 tasks")).ToBeVisibleAsync();
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var mix = Regex.Match(page.Url, @"mix=(\d+)").Groups[1].Value;
        var members = (await client.GetFromJsonAsync<JsonElement>($"/api/v1/mixes/{mix}", TestContext.Current.CancellationToken)).GetProperty("members");
        Assert.Equal(["inn-reviews", "sums"], members.EnumerateArray().Select(task => task.GetProperty("name").GetString()).Order(StringComparer.Ordinal));

        await TrainAsync(page, client);
        await studio.AssertAccessibleAsync();
        studio.AssertClean();
    }

    /// <summary>Launches a short run with its baselines, and reads the verdicts when all have ended.</summary>
    private static async Task TrainAsync(IPage page, HttpClient client)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "JSON", Exact = true }).ClickAsync();
        var editor = page.Locator("[data-field='json']");
        var spec = JsonNode.Parse(await editor.InputValueAsync())!;
        (spec["training"]!["steps"], spec["training"]!["microBatch"]) = (8, 4);
        (spec["evaluation"], spec["checkpoints"]) = (JsonNode.Parse("""{"every":4,"examples":8,"samples":2}"""), JsonNode.Parse("""{"every":4}"""));
        await editor.FillAsync(spec.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        await editor.BlurAsync();
        await Expect(page.GetByText("Ready: 2 tasks, 8 steps.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Launch with baselines" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/[0-9]+"));
        await Expect(page.Locator(".state", new() { HasText = "finished" }).First).ToBeVisibleAsync(new() { Timeout = 240_000 });
        var run = Regex.Match(page.Url, "/runs/([0-9]+)").Groups[1].Value;
        for (var waited = 0; ; waited++)
        {
            var baselines = await client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}/baselines", TestContext.Current.CancellationToken);
            Assert.Equal(2, baselines.GetArrayLength());
            var states = new List<string?>();
            foreach (var baseline in baselines.EnumerateArray())
                states.Add((await client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{baseline.GetProperty("runId").GetInt64()}", TestContext.Current.CancellationToken)).GetProperty("state").GetString());
            Assert.DoesNotContain("failed", states);
            if (states.TrueForAll(state => state == "finished")) break;
            Assert.True(waited < 480, $"the baselines are {string.Join(" and ", states)}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
        await page.GotoAsync($"/compare?runs={run}");
        await Expect(page.Locator(".forest-box svg").First.Locator(".forest-row")).ToHaveCountAsync(2);
        await Expect(page.Locator(".page-sentence")).ToContainTextAsync(new Regex("helps|hurts|hurt|helped|tell|same"));
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(text) };
}
