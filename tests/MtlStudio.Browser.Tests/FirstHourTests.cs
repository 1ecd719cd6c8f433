using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>What goes wrong in a first hour, and is understood from the page alone: a rate far too high, and texts that are longer than the longest.</summary>
public sealed class FirstHourTests(StudioFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task FailedRun_NamesItsCause_AndOpensTheRunThatMendsIt()
    {
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets", Token))![0]!["spec"]!.DeepClone();
        (spec["name"], spec["training"]!["steps"], spec["training"]!["clipNorm"], spec["evaluation"]!["examples"], spec["evaluation"]!["test"]) = ("rate far too high", 40, 0, 8, false);
        // Plain gradient steps ten thousand times as long as they should be.
        spec["optimizer"] = new JsonObject { ["name"] = "sgd", ["options"] = new JsonObject { ["lr"] = 10 } };
        spec["schedule"] = new JsonObject { ["name"] = "constant" };
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        var run = JsonElement.Parse(text).GetProperty("id").GetInt64();

        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync($"/runs/{run}");
        await Expect(page.Locator(".state", new() { HasText = "failed" }).First).ToBeVisibleAsync(new() { Timeout = 300_000 });
        await Expect(page.Locator(".run-sentence")).ToContainTextAsync("is not finite at step");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Clip the gradient" })).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();
        await Guide.PictureAsync(studio, "run-failed");

        await page.GetByRole(AriaRole.Link, new() { Name = "Lower the learning rate" }).ClickAsync();
        await page.WaitForURLAsync(new Regex($"/new\\?from={run}&set="));
        await Expect(page.GetByText("Ready: 4 tasks, 40 steps.")).ToBeVisibleAsync();
        var differences = page.Locator("section", new() { Has = page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^What differs from") }) });
        await Expect(differences.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await Expect(differences).ToContainTextAsync("optimizer.options.lr");
        studio.AssertClean();
    }

    [Fact]
    public async Task LongTexts_AreNamedBeforeTheLaunch_AndGetRoomByOnePress()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/new?preset=four%20tasks&set=training.maxLength%3D64");
        var warning = page.Locator(".warnings li", new() { HasText = "Longer than 64 tokens, and cut there" });
        await Expect(warning).ToContainTextAsync("summarization");
        await Guide.PictureAsync(studio, "new-run-cut", page.Locator("aside"));
        await warning.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(warning).ToHaveCountAsync(0);
        studio.AssertClean();
    }
}
