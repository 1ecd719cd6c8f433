using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>What someone who watches a run sees when the trainer, and then the studio, is killed: the run goes on and nothing is lost.</summary>
public sealed class KillTests(StudioFixture fixture)
{
    private const int Steps = 40;

    /// <summary>What a browser says while the studio is away: the sockets' and the requests' own words, and a script of the page that calls the circuit meanwhile.</summary>
    private static readonly string[] LostConnection =
        ["net::ERR_", "WebSocket", "Connection disconnected", "Failed to fetch", "Failed to complete negotiation", "Cannot send data if the connection is not in the 'Connected' State"];

    [Fact]
    [Trait("Category", "Slow")]
    public async Task WatchedRun_GoesOnToItsEnd_WhenTrainerAndStudioAreKilled()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-kill-").FullName;
        try
        {
            var studio = await StudioProcess.StartAsync(folder);
            var address = studio.Address;
            await using var page = await fixture.NewPageAsync(address: address);
            try
            {
                using var client = new HttpClient { BaseAddress = new Uri(address) };
                await LaunchAsync(client);
                await page.GotoAsync("/runs/1");
                await StepReachedAsync(client, 6);

                KillTrainer(folder);
                await Expect(page.Page.Locator(".state", new() { HasText = "running" }).First).ToBeVisibleAsync(new() { Timeout = 120_000 });

                studio.Kill();
                await studio.WaitForExitAsync(TestContext.Current.CancellationToken);
                await Expect(page.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
            }
            finally
            {
                await studio.DisposeAsync();
            }

            // The trainer trains on meanwhile; the page finds the studio again by itself.
            await using var again = await StudioProcess.StartAsync(folder, "--urls", address);
            await Expect(page.Page.Locator(".state", new() { HasText = "finished" }).First).ToBeVisibleAsync(new() { Timeout = 240_000 });
            await Expect(page.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
            page.Forgive(fault => LostConnection.Any(words => fault.Contains(words, StringComparison.Ordinal)));
            page.AssertClean();

            using var reader = new HttpClient { BaseAddress = new Uri(again.Address) };
            var points = await reader.GetFromJsonAsync<JsonArray>("/api/v1/runs/1/points?series=loss/train&x=step&points=1000", TestContext.Current.CancellationToken);
            Assert.Equal(Enumerable.Range(1, Steps), points![0]!["x"]!.AsArray().Select(x => x!.GetValue<int>()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Launches the first sample, shortened, with a checkpoint every few steps.</summary>
    private static async Task LaunchAsync(HttpClient client)
    {
        // The answer waits for the samples.
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets"))![0]!["spec"]!.DeepClone();
        spec["training"]!["steps"] = Steps;
        spec["evaluation"]!["every"] = 0;
        spec["checkpoints"]!["every"] = 5;
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task StepReachedAsync(HttpClient client, int step)
    {
        for (var left = 600; ; left--)
        {
            var run = await client.GetFromJsonAsync<JsonObject>("/api/v1/runs/1");
            if (run!["step"]!.GetValue<int>() >= step) return;
            Assert.True(left > 0, $"Step {step} was not reached: {run}");
            await Task.Delay(200);
        }
    }

    /// <summary>Kills the one trainer whose command names a folder below <paramref name="folder"/>.</summary>
    private static void KillTrainer(string folder)
    {
        using var trainer = Process.GetProcessesByName("mtl").Single(process => File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(folder, StringComparison.Ordinal));
        trainer.Kill();
    }
}
