using System.Globalization;
using Microsoft.Playwright;
using MtlStudio.Core.Runs;

namespace MtlStudio.Benchmarks.Browser;

/// <summary>
/// From navigation to the last line drawn, in a fresh browser context (nothing cached), in turn with a bare static page that draws
/// the same points with the same plotly.js: Compare, one run's curves, and the list of runs.
/// </summary>
internal static class PagesBenchmark
{
    private const int Runs = 10, Steps = 10_000, ShortSteps = 2_000;

    // Runs in the page from its first script on, and looks once a frame. Times are of the page's own clock, which starts with the navigation.
    private const string Watch = """
        (() => {
          const lines = () => [...document.querySelectorAll(".scatterlayer .js-line")].filter(line => line.hasAttribute("d") && !line.style.fill?.startsWith("rgb")).length;
          const charts = () => [...document.querySelectorAll(".cartesianlayer > .subplot")].filter(chart => chart.querySelector(".js-line[d]")).length;
          const rows = () => document.querySelectorAll("main table tbody tr").length;
          const seen = () => { if (lines() >= WANTED.lines && charts() >= WANTED.charts && rows() >= WANTED.rows) window.drawnAt = performance.now(); else requestAnimationFrame(seen); };
          seen();
        })();
        """;

    /// <param name="program">MtlStudio.Web.dll as it was built.</param>
    public static async Task<int> RunAsync(string program, string folder, int rounds)
    {
        var compared = await PageStore.FillAsync(folder, Runs, Steps, task => [SeriesNames.TaskTrainLoss(task)]);
        var single = (await PageStore.FillAsync(folder, 1, ShortSteps, task => [SeriesNames.TaskTrainLoss(task), SeriesNames.TaskWeight(task), SeriesNames.TaskShare(task), SeriesNames.TaskGradientNorm(task)]))[0];
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        await using var studio = await AskedStudio.StartAsync(program, folder);
        await using var bare = await BarePages.StartAsync(await PlotlyAsync(studio.Address), new Dictionary<string, IReadOnlyList<IReadOnlyList<PageLine>>>
        {
            ["compare"] = [.. Enumerable.Range(0, PageStore.Tasks).Select(task => compared.Select(run => run.Lines[task]).ToList())],
            ["run"] = [.. Enumerable.Range(0, single.Lines.Count / PageStore.Tasks).Select(kind => Enumerable.Range(0, PageStore.Tasks).Select(task => single.Lines[task * single.Lines.Count / PageStore.Tasks + kind]).ToList())],
        });
        var compareBare = ($"{bare.Address}/compare", new Wanted(Runs * PageStore.Tasks, PageStore.Tasks, 0));
        var compare = ($"{studio.Address}/compare?curve=training&runs={string.Join(',', compared.Select(run => run.Id))}", compareBare.Item2);
        var runBare = ($"{bare.Address}/run", new Wanted(single.Lines.Count, single.Lines.Count / PageStore.Tasks, 0));
        var run = ($"{studio.Address}/runs/{single.Id}?tab=curves{string.Concat(single.Lines.Select(line => $"&series={Uri.EscapeDataString(line.Series)}"))}", runBare.Item2);
        var list = ($"{studio.Address}/runs", new Wanted(0, 0, Runs + 1));
        Console.WriteLine("| page | ours, ms | bare page, ms | ratio | by CPU time | wanted |\n| --- | ---: | ---: | ---: | ---: | ---: |");
        await RowAsync(browser, $"Compare of {Runs} runs × {PageStore.Tasks} tasks × {Steps:#,0} points", compare, compareBare, 1.2, rounds);
        await RowAsync(browser, $"one run, {single.Lines.Count} series × {ShortSteps:#,0} points", run, runBare, 1.1, rounds);
        await RowAsync(browser, "list of runs ÷ the bare page of Compare's lines", list, compareBare, 0.25, rounds);
        return 0;
    }

    private static async Task RowAsync(IBrowser browser, string what, (string, Wanted) ours, (string, Wanted) bare, double wanted, int rounds)
    {
        List<Cost> our = [], other = [];
        for (var round = 0; round <= rounds; round++)
        {
            var (one, two) = (await OpenAsync(browser, ours.Item1, ours.Item2), await OpenAsync(browser, bare.Item1, bare.Item2));
            if (round == 0) continue; // the first compiles code and fills caches on both sides
            our.Add(one);
            other.Add(two);
        }
        double Median(List<Cost> costs, Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {1000 * Median(our, cost => cost.Seconds):0} | {1000 * Median(other, cost => cost.Seconds):0} | {Median(our, cost => cost.Seconds) / Median(other, cost => cost.Seconds):0.00} | {Median(our, cost => cost.CpuSeconds) / Median(other, cost => cost.CpuSeconds):0.00} | {wanted:0.00} |"));
    }

    private static async Task<Cost> OpenAsync(IBrowser browser, string address, Wanted wanted)
    {
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        await context.AddInitScriptAsync(Watch.Replace("WANTED", string.Create(CultureInfo.InvariantCulture, $"({{ lines: {wanted.Lines}, charts: {wanted.Charts}, rows: {wanted.Rows} }})"), StringComparison.Ordinal));
        var page = await context.NewPageAsync();
        var cpu = ProcessTree.CpuSeconds();
        await page.GotoAsync(address, new() { Timeout = 120_000, WaitUntil = WaitUntilState.Commit });
        await page.WaitForFunctionAsync("() => window.drawnAt", null, new() { Timeout = 120_000, PollingInterval = 50 });
        var took = await page.EvaluateAsync<double>("() => window.drawnAt");
        return new(took / 1000, ProcessTree.CpuSeconds() - cpu);
    }

    /// <summary>The script that the studio's own charts load.</summary>
    private static async Task<byte[]> PlotlyAsync(string studio)
    {
        using var client = new HttpClient();
        return await client.GetByteArrayAsync($"{studio}/_content/Plotly.Blazor/plotly-basic-3.7.0.min.js");
    }

    /// <summary>What stands in the page when it is drawn.</summary>
    private sealed record Wanted(int Lines, int Charts, int Rows);
}
