using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;

namespace MtlStudio.Browser.Tests;

/// <summary>A run's page holds its rows and curves in its first answer; the circuit that takes it over shows the same, and nothing blinks or is drawn twice.</summary>
public sealed class DrawnAheadTests(StudioFixture fixture)
{
    // What stands in the page, frame by frame, and each drawing of a figure.
    private const string Watch = """
        window.frames_ = [];
        window.drawings = [];
        const look = () => {
          const state = { headings: document.querySelectorAll("h1").length, panels: document.querySelectorAll(".panel").length, lines: document.querySelectorAll("figure.chart .js-line[d]").length, theme: document.documentElement?.dataset.theme };
          if (JSON.stringify(window.frames_.at(-1)) !== JSON.stringify(state)) window.frames_.push(state);
          requestAnimationFrame(look);
        };
        look();
        let plotly;
        Object.defineProperty(window, "Plotly", {
          get: () => plotly,
          set: given => {
            const { react } = given;
            plotly = { ...given, react: (plot, data, layout, config) => { window.drawings.push(layout.paper_bgcolor); return react(plot, data, layout, config); } };
          },
        });
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunPage_ShowsItsCurvesAtOnce_AndKeepsThem_WhenItsCircuitComes()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-ahead-");
        try
        {
            await using var process = await StudioProcess.StartAsync(folder.FullName, "--Studio:SampleStudy=true");
            using var client = new HttpClient { BaseAddress = new(process.Address) };
            var run = await RecordedRunAsync(client);
            foreach (var tab in new[] { "overview", "curves" }) await StandsAtOnceAsync(client, $"/runs/{run}?tab={tab}");
            await HasTheBrowsersColorsAsync(process.Address, $"/runs/{run}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task StandsAtOnceAsync(HttpClient client, string path)
    {
        var html = await client.GetStringAsync(path, Token);
        Assert.Matches("<h1[^>]*>[^<]+</h1>", html);
        Assert.Matches("<figure class=\"chart\"[^>]* data-figure=\"[0-9a-f]{24}\"", html);

        await using var studio = await fixture.NewPageAsync(address: client.BaseAddress!.ToString());
        await studio.Page.AddInitScriptAsync(Watch);
        await studio.GotoAsync(path);
        await OnlyGrowsAsync(studio);
        Assert.Single(await studio.Page.EvaluateAsync<string[]>("window.drawings"));

        // The drawing is the page's own: what is done in it reaches the circuit.
        await studio.Page.Locator("figure.chart .nsewdrag").First.ScrollIntoViewIfNeededAsync();
        var box = (await studio.Page.Locator("figure.chart .nsewdrag").First.BoundingBoxAsync())!;
        await studio.Page.Mouse.MoveAsync(box.X + box.Width / 4, box.Y + box.Height / 2);
        await studio.Page.Mouse.DownAsync();
        await studio.Page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2, new() { Steps = 5 });
        await studio.Page.Mouse.UpAsync();
        await Assertions.Expect(studio.Page).ToHaveURLAsync(new Regex("from=.*to="));
        studio.AssertClean();
    }

    private async Task HasTheBrowsersColorsAsync(string address, string path)
    {
        await using var studio = await fixture.NewPageAsync(scheme: ColorScheme.Dark, address: address);
        await studio.Page.AddInitScriptAsync(Watch);
        // The first time nobody knows them: the figures wait for the circuit, and are never drawn in the wrong ones.
        await studio.GotoAsync(path);
        await OnlyGrowsAsync(studio);
        var first = await studio.Page.EvaluateAsync<string[]>("window.drawings");
        Assert.All(first, color => Assert.Equal("#1E2126", color, ignoreCase: true));
        await studio.WaitForAsync("document.cookie.includes('mtl-browser=system.dark.')");
        await studio.GotoAsync(path);
        await OnlyGrowsAsync(studio);
        Assert.Equal([first[^1]], await studio.Page.EvaluateAsync<string[]>("window.drawings"));
        studio.AssertClean();
    }

    /// <summary>Waits until the page has been at rest for a while, and reads what it went through.</summary>
    private static async Task OnlyGrowsAsync(StudioPage studio)
    {
        await studio.WaitForAsync("window.frames_.at(-1).lines > 0 && document.querySelectorAll('.chart-wait').length === 0");
        await Task.Delay(700, Token);
        var frames = (await studio.Page.EvaluateAsync<JsonElement>("window.frames_")).EnumerateArray().ToList();
        foreach (var what in new[] { "headings", "panels", "lines" })
        {
            var counts = frames.ConvertAll(frame => frame.GetProperty(what).GetInt32());
            Assert.True(counts.Order().SequenceEqual(counts), $"{what} by frame: {string.Join(", ", counts)}");
        }
        Assert.Single(frames.Select(frame => frame.TryGetProperty("theme", out var theme) ? theme.GetString() : null).OfType<string>().Distinct());
    }

    /// <summary>A run of the sample study, which has baselines and verdicts.</summary>
    private static async Task<long> RecordedRunAsync(HttpClient client)
    {
        for (var left = 120; left > 0; left--)
        {
            var page = JsonElement.Parse(await client.GetStringAsync("/api/v1/runs/table?columns=delta(sentiment)&filter=" + Uri.EscapeDataString("delta(sentiment) > -1000") + "&take=10", Token));
            if (page.GetProperty("total").GetInt32() >= 6) return page.GetProperty("items")[0].GetProperty("id").GetInt64();
            await Task.Delay(500, Token);
        }
        throw new InvalidOperationException("The recorded study was not judged within a minute");
    }
}
