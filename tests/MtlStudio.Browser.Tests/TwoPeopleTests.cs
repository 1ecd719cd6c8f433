using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Two people look at one run, and a third closes the browser in the middle: whoever acts first wins, the other sees what became of it.</summary>
public sealed class TwoPeopleTests(StudioFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task WhatOneDoes_IsTheOthersTruth()
    {
        using var client = new HttpClient { BaseAddress = new Uri(fixture.Studio.Address) };
        var run = await LaunchAsync(client);
        await using var ann = await fixture.NewPageAsync();
        await using var ben = await fixture.NewPageAsync();
        await ann.GotoAsync($"/runs/{run}");
        await ben.GotoAsync($"/runs/{run}");
        await using (var cy = await fixture.NewPageAsync())
        {
            await cy.GotoAsync($"/runs/{run}");
            await Expect(cy.Page.Locator(".state", new() { HasText = "running" }).First).ToBeVisibleAsync(new() { Timeout = 180_000 });
        }
        // The run goes on without the browser that was closed.
        await Expect(ann.Page.Locator(".run-numbers b").First).Not.ToHaveTextAsync("0", new() { Timeout = 60_000 });
        await Expect(ann.Page.Locator(".state", new() { HasText = "running" }).First).ToBeVisibleAsync();

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(ben.Page.Locator(".state", new() { HasText = "stopped" }).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(ben.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" })).ToBeVisibleAsync();

        // One deletes it while the other wants it to go on: it is gone for both, and the other is told.
        await Task.WhenAll(DeleteAsync(client, run), ben.Page.EvaluateAsync("[...document.querySelectorAll('.run-actions button')].find(button => button.textContent.includes('Retry'))?.click()"));
        foreach (var one in new[] { ann, ben })
            await Expect(one.Page.GetByRole(AriaRole.Heading, new() { Name = $"There is no run {run}" })).ToBeVisibleAsync();
        ann.AssertClean();
        ben.AssertClean();
    }

    /// <summary>Deletes the run; where the other's Retry came first and a trainer is at it already, it is stopped before, as the refusal says.</summary>
    private static async Task DeleteAsync(HttpClient client, long run)
    {
        for (var left = 200; ; left--)
        {
            using var answer = await client.DeleteAsync($"/api/v1/runs/{run}", Token);
            if (answer.IsSuccessStatusCode) return;
            var words = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(left > 0 && words.Contains("stop it before you delete it", StringComparison.Ordinal), words);
            using var _ = await client.PostAsync($"/api/v1/runs/{run}/stop", null, Token);
            await Task.Delay(300, Token);
        }
    }

    private static async Task<long> LaunchAsync(HttpClient client)
    {
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets", Token))![0]!["spec"]!.DeepClone();
        (spec["name"], spec["training"]!["steps"]) = ("seen by two", 2_000);
        spec["evaluation"]!["every"] = 0;
        using var answer = await client.PostAsJsonAsync("/api/v1/runs?priority=900", spec, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!["id"]!.GetValue<long>();
    }
}
