using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Many runs kept in order: by keyboard and by mouse, wide and on a phone.</summary>
public sealed class RunsTableTests(StudioFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_AreFilteredGroupedTaggedDeletedAndCompared()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-runs-").FullName;
        await using var process = await StudioProcess.StartAsync(folder);
        await AddRunsAsync(process.Address);
        await using var studio = await fixture.NewPageAsync(address: process.Address);
        var page = studio.Page;
        await studio.GotoAsync("/");
        await page.Keyboard.TypeAsync("gr");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Runs");
        var rows = page.Locator("tr[data-run]");
        await Expect(rows).ToHaveCountAsync(6);
        await studio.AssertAccessibleAsync();

        await page.Keyboard.TypeAsync("/");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search and filter runs" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("policy = pcgr");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "pcgrad" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search and filter runs" })).ToHaveValueAsync("policy = pcgrad ");
        await page.Keyboard.PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("filter=policy%20%3D%20pcgrad"));
        await page.Keyboard.TypeAsync("seed >");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "A number was expected (at character 7)" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(6);

        await studio.GotoAsync("/runs?group=policy&columns=id,name,state,seed,training.steps,tag,created&chart=none");
        await Expect(page.Locator("tr.group")).ToHaveCountAsync(3);
        await page.Locator(".group-open").First.ClickAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await Guide.PictureAsync(studio, "runs");
        await studio.AssertAccessibleAsync();

        await ChooseTwoAsync(page);
        await page.Keyboard.TypeAsync(".");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("tr.group")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("tr.group")).ToHaveCountAsync(3);

        await ChooseTwoAsync(page);
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.TypeAsync("c");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/compare\\?runs=\\d+,\\d+"));
        studio.AssertClean();

        await using var phone = await fixture.NewPageAsync(390, 844, ColorScheme.Dark, process.Address);
        await phone.GotoAsync("/runs?chart=none");
        await Expect(phone.Page.Locator("tr[data-run]")).ToHaveCountAsync(6);
        await phone.FitsAsync();
        await phone.ScreenshotAsync("runs-dark-390");
        await phone.AssertAccessibleAsync();
        phone.AssertClean();
        await StandAtOnceAsync(process.Address);
    }

    /// <summary>The first answer holds the rows already, and the circuit that takes them over shows the same: nothing blinks.</summary>
    private async Task StandAtOnceAsync(string address)
    {
        using var client = new HttpClient { BaseAddress = new(address) };
        Assert.Equal(6, System.Text.RegularExpressions.Regex.Count(await client.GetStringAsync("/runs?chart=none", Token), "<tr [^>]*data-run="));
        await using var studio = await fixture.NewPageAsync(address: address);
        await studio.Page.AddInitScriptAsync("""
            window.rowCounts = [];
            const look = () => {
              const rows = document.querySelectorAll("tr[data-run]").length;
              if (window.rowCounts.at(-1) !== rows) window.rowCounts.push(rows);
              requestAnimationFrame(look);
            };
            look();
            """);
        await studio.GotoAsync("/runs?chart=none");
        await Expect(studio.Page.Locator("h1")).ToBeFocusedAsync();
        var counts = await studio.Page.EvaluateAsync<int[]>("window.rowCounts");
        Assert.Equal(counts.Order(), counts);
        Assert.Equal(6, counts[^1]);
        studio.AssertClean();
    }

    private static async Task ChooseTwoAsync(IPage page)
    {
        var rows = page.Locator("tr[data-run]");
        var stood = (await rows.Nth(1).BoundingBoxAsync())!.Y;
        await rows.Nth(0).GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(page.Locator(".bulk")).ToContainTextAsync("1 chosen");
        // What may be done with them comes in within the window, and moves no row.
        await Expect(page.Locator(".bulk")).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.Equal(stood, (await rows.Nth(1).BoundingBoxAsync())!.Y, 0.5);
        await rows.Nth(1).GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(page.Locator(".bulk")).ToContainTextAsync("2 chosen");
    }

    /// <summary>Three policies by two seeds, for a device that this machine has not: they wait, and nothing trains.</summary>
    private static async Task AddRunsAsync(string address)
    {
        using var client = new HttpClient { BaseAddress = new(address) };
        // The answer waits for the samples.
        var presets = JsonNode.Parse(await client.GetStringAsync("/api/v1/presets", Token))!.AsArray();
        foreach (var policy in new[] { "equal", "uw", "pcgrad" })
            foreach (var seed in new[] { 1, 2 })
            {
                var spec = presets[0]!["spec"]!.DeepClone();
                (spec["name"], spec["seed"], spec["weighting"]!["name"], spec["device"]!["kind"]) = ($"four tasks, {policy}", seed, policy, "cuda");
                spec["tags"] = new JsonArray(seed == 1 ? "first" : "second");
                using var answer = await client.PostAsync("/api/v1/runs", new StringContent(spec.ToJsonString(), System.Text.Encoding.UTF8, "application/json"), Token);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
            }
    }
}
