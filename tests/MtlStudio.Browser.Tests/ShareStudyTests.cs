using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>How often to draw each task, by one press: three runs one after another, and the shares they find.</summary>
public sealed class ShareStudyTests(StudioFixture fixture)
{
    private const string Name = "shares that a journey finds";
    private const int Trained = 6 * 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Shares_AreFoundByThreeRuns_FromTheBrowser()
    {
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var run = await LaunchAsync(client);
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync($"/studies/shares/new?from={run}");
        await Expect(page.Locator(".study-outlook [role='status']")).ToContainTextAsync("3 runs, one after another", new() { Timeout = 60_000 });
        await FillAsync(page, "proxySteps", "4");
        await FillAsync(page, "name", Name);
        await studio.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Queue the study" }).ClickAsync();

        await page.WaitForURLAsync(new Regex("/studies/[0-9]+$"));
        await Expect(page.Locator("h1")).ToHaveTextAsync(Name);
        await Expect(page.Locator(".share-stages .state", new() { HasText = "finished" })).ToHaveCountAsync(3, new() { Timeout = Trained });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Compare final with reference" })).ToBeVisibleAsync();
        var found = page.Locator(".share-table tbody td:nth-child(3)");
        await Expect(found).ToHaveCountAsync(2);
        await Expect(found.First).ToContainTextAsync("%");
        var shares = (await found.AllInnerTextsAsync()).Select(text => double.Parse(text.Replace("%", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)).ToList();
        Assert.All(shares, share => Assert.InRange(share, 0.01, 99.99));
        Assert.Equal(100, shares.Sum(), 1.0);
        await studio.AssertAccessibleAsync();
        await Guide.PictureAsync(studio, "shares");
        await using (var phone = await fixture.NewPageAsync(390, 844, ColorScheme.Dark))
        {
            await phone.GotoAsync(new Uri(page.Url).PathAndQuery);
            await Expect(phone.Page.Locator("h1")).ToHaveTextAsync(Name);
            await phone.FitsAsync();
            await phone.ScreenshotAsync("shares-dark-390");
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/studies$"));
        await Expect(page.GetByText(Name)).ToHaveCountAsync(0);
        studio.AssertClean();
    }

    private static async Task FillAsync(IPage page, string field, string value)
    {
        var input = page.Locator($"[data-field='{field}']");
        await input.FillAsync(value);
        await input.BlurAsync();
        await Expect(input).ToHaveValueAsync(value);
    }

    /// <summary>Two of the sample's tasks with a few examples: the reference run scores every training token.</summary>
    private static async Task<long> LaunchAsync(HttpClient client)
    {
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets", Token))![0]!["spec"]!.DeepClone();
        var tasks = spec["tasks"]!.AsArray();
        while (tasks.Count > 2) tasks.RemoveAt(2);
        foreach (var task in tasks) task!["data"]!["limit"] = 40;
        (spec["name"], spec["training"]!["steps"], spec["schedule"]) = ("small mix for shares", 6, new JsonObject { ["name"] = "constant" });
        spec["evaluation"] = JsonNode.Parse("""{"every":0,"examples":8,"samples":1,"test":false}""");
        spec["checkpoints"] = JsonNode.Parse("""{"every":0}""");
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("id").GetInt64();
    }
}
