using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using MtlStudio.Core.Runs;

namespace MtlStudio.Benchmarks.Browser;

/// <summary>
/// From the moment the trainer writes a step to the change of the number in a browser's page: the studio and the trainer in
/// their own processes, one run watched by one page and then another by twenty.
/// </summary>
internal static class ScreenBenchmark
{
    /// <summary>Of the run, which is stopped when enough of them were seen.</summary>
    private const int Steps = 20_000;
    /// <summary>Steps that pass after all pages have caught up, before the first that counts; and those that count.</summary>
    private const int Settling = 40, Counted = 400;

    // A step that a later one overtook on its way was shown when that one was.
    private const string Watch = """
        () => {
          window.shownSteps = [];
          const read = () => {
            const shown = Number(document.querySelector('.run-numbers b')?.textContent.replace(/\D/g, ''));
            if (shown && window.shownSteps.at(-1)?.[0] !== shown) window.shownSteps.push([shown, Date.now()]);
          };
          new MutationObserver(read).observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """;

    private const string Newest = "() => window.shownSteps.at(-1)?.[0] ?? 0";

    // What a tab in the background says of itself; its page is still there and would take what it is sent.
    private const string Hidden = """
        Object.defineProperty(document, "hidden", { get: () => true });
        Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
        """;

    /// <param name="counts">Pages that can be seen and that count, and pages beside them in the background: "20", "1+19".</param>
    public static async Task<int> RunAsync(string folder, IReadOnlyList<string> counts)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        await using var studio = await StudioProcess.StartAsync(folder);
        using var client = new HttpClient { BaseAddress = new Uri(studio.Address) };
        Console.WriteLine("| viewers | steps a second | median, ms | 95th percentile, ms | CPU, ms a second: browser | studio | trainer |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var viewers in counts)
        {
            var run = await LaunchAsync(client);
            var (seen, hidden) = viewers.Split('+') is [var one, var other] ? (Number(one), Number(other)) : (Number(viewers), 0);
            var behind = await Task.WhenAll(Enumerable.Range(0, hidden).Select(_ => OpenAsync(browser, $"{studio.Address}/runs/{run}", isHidden: true)));
            var pages = await Task.WhenAll(Enumerable.Range(0, seen).Select(_ => OpenAsync(browser, $"{studio.Address}/runs/{run}", isHidden: false)));
            // Opening twenty pages, with the first drawing of their charts, is another matter than following a run in them.
            var opened = (await client.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{run}"))!["step"]!.GetValue<int>() + 1;
            foreach (var page in pages) await UntilShownAsync(client, run, page, opened);
            var settled = await pages[0].EvaluateAsync<int>(Newest) + Settling;
            var last = settled + Counted;
            await UntilShownAsync(client, run, pages[0], settled);
            var (began, cpu) = (Stopwatch.GetTimestamp(), ProcessTree.CpuSecondsByKind(folder));
            foreach (var page in pages) await UntilShownAsync(client, run, page, last);
            var spent = ProcessTree.CpuSecondsByKind(folder).ToDictionary(pair => pair.Key, pair => 1000 * (pair.Value - cpu.GetValueOrDefault(pair.Key)) / Stopwatch.GetElapsedTime(began).TotalSeconds);
            (await client.PostAsync($"/api/v1/runs/{run}/stop", null)).EnsureSuccessStatusCode();
            var written = Written(Path.Combine(folder, "runs", $"{run}", "events.jsonl"));
            var delays = new List<double>();
            foreach (var page in pages)
            {
                var shown = await page.EvaluateAsync<JsonElement>("() => window.shownSteps");
                delays.AddRange(Delays(written, settled, last, [.. shown.EnumerateArray().Select(pair => (pair[0].GetInt64(), pair[1].GetDouble()))]));
                await page.Context.DisposeAsync();
            }
            foreach (var page in behind) await page.Context.DisposeAsync();
            delays.Sort();
            var seconds = (written[last] - written[settled]) / 1000.0;
            Console.WriteLine($"| {viewers} | {Counted / seconds:0.0} | {delays[delays.Count / 2]:0} | {delays[delays.Count * 95 / 100]:0} | {spent.GetValueOrDefault("browser"):0} | {spent.GetValueOrDefault("studio"):0} | {spent.GetValueOrDefault("trainer"):0} |");
        }
        return 0;
    }

    private static async Task<long> LaunchAsync(HttpClient client)
    {
        // The answer waits for the samples.
        var spec = (await client.GetFromJsonAsync<JsonArray>("/api/v1/presets"))![0]!["spec"]!.DeepClone();
        spec["training"]!["steps"] = Steps;
        spec["training"]!["microBatch"] = 2;
        spec["evaluation"]!["every"] = 0;
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", spec);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<long>();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<IPage> OpenAsync(IBrowser browser, string address, bool isHidden)
    {
        var page = await (await browser.NewContextAsync()).NewPageAsync();
        if (isHidden) await page.AddInitScriptAsync(Hidden);
        await page.GotoAsync(address, new() { Timeout = 120_000 });
        // The page that stands before its circuit has numbers, too, and none that moves.
        await page.Locator(".studio:not([inert]) .run-numbers b").First.WaitForAsync(new() { Timeout = 120_000 });
        await page.EvaluateAsync(Watch);
        return page;
    }

    /// <summary>Waits until the page shows the step; asks rarely, so that asking takes no part in what is measured.</summary>
    private static async Task UntilShownAsync(HttpClient client, long run, IPage page, long step)
    {
        for (; await page.EvaluateAsync<int>(Newest) < step; await Task.Delay(500))
            if ((await client.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{run}"))!["state"]!.GetValue<string>() == "failed")
                throw new InvalidOperationException($"Run {run} failed");
    }

    /// <summary>Milliseconds since 1970 at which each step was written, by step.</summary>
    private static Dictionary<long, long> Written(string events) => File.ReadLines(events)
        .Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)).OfType<PointsEvent>().Where(points => points.Examples is not null)
        .GroupBy(points => points.Index).ToDictionary(points => points.Key, points => points.First().Time);

    private static IEnumerable<double> Delays(Dictionary<long, long> written, int settled, int last, List<(long Step, double At)> shown)
    {
        if (shown.Count == 0) throw new InvalidOperationException("A page showed no step");
        for (long step = settled; step <= last; step++)
            if (shown.FirstOrDefault(one => one.Step >= step) is { At: > 0 } first) yield return first.At - written[step];
    }
}
