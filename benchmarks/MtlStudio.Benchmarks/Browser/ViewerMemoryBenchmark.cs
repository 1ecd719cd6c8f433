using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace MtlStudio.Benchmarks.Browser;

/// <summary>What the studio's process holds while many pages watch one fast run, minute by minute.</summary>
internal static class ViewerMemoryBenchmark
{
    private static readonly TimeSpan Warmup = TimeSpan.FromMinutes(1), Pace = TimeSpan.FromSeconds(2);

    /// <param name="program">MtlStudio.Web.dll as it was built.</param>
    public static async Task<int> RunAsync(string program, string folder, int viewers, int minutes)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        await using var studio = await AskedStudio.StartAsync(program, folder);
        using var client = new HttpClient { BaseAddress = new Uri(studio.Address) };
        var run = await LaunchAsync(client);
        for (var i = 0; i < viewers; i++)
        {
            var page = await (await browser.NewContextAsync()).NewPageAsync();
            await page.GotoAsync($"{studio.Address}/runs/{run}", new() { Timeout = 120_000 });
            await page.Locator(".run-numbers b").First.WaitForAsync(new() { Timeout = 120_000 });
        }
        await Task.Delay(Warmup);
        Console.WriteLine($"{viewers} pages, after a minute's warm-up.");
        Console.WriteLine("| minute | step | resident, MB: mean | most |\n| ---: | ---: | ---: | ---: |");
        var means = new List<double>();
        for (var minute = 1; minute <= minutes; minute++)
        {
            var seen = new List<double>();
            for (var until = DateTime.UtcNow.AddMinutes(1); DateTime.UtcNow < until; await Task.Delay(Pace)) seen.Add(studio.Resident / 1e6);
            means.Add(seen.Average());
            var step = (await client.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{run}"))!["step"]!.GetValue<int>();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {minute} | {step:#,0} | {means[^1]:0.0} | {seen.Max():0.0} |"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"From the first minute to the last: {100 * (means[^1] / means[0] - 1):+0.0;-0.0} %."));
        await client.PostAsync($"/api/v1/runs/{run}/stop", null);
        return 0;
    }

    private static async Task<long> LaunchAsync(HttpClient client)
    {
        // The answer waits for the samples.
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets"))![0]!["spec"]!.DeepClone();
        spec["training"]!["steps"] = 100_000;
        spec["training"]!["microBatch"] = 1;
        spec["evaluation"]!["every"] = 0;
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<long>();
    }
}
