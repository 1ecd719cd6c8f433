using System.Diagnostics;
using Microsoft.Playwright;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>A page that is looked at.</summary>
/// <param name="Name">Of its pictures: lower-case words with hyphens.</param>
/// <param name="Path">Its address.</param>
internal sealed record LookedAt(string Name, string Path);

/// <summary>
/// Looks at pages wide and on a phone, by day and by night: nothing may reach out of the window, nothing stands between a reader and the page,
/// and no script fails. Each page is loaded once and then turned. Axe takes its time: it tries every other page wide by day and the others
/// on a phone by night, all four views of each where <c>MTLSTUDIO_EVERY_VIEW=1</c> asks for it. <c>MTLSTUDIO_PAGE_PICTURES=1</c> keeps a picture of
/// each view in the test output's folder "screenshots".
/// </summary>
internal static class PageLook
{
    private static readonly (string Name, int Width, int Height, ColorScheme Scheme)[] Views =
    [
        ("wide-light", 1440, 900, ColorScheme.Light), ("wide-dark", 1440, 900, ColorScheme.Dark), ("phone-dark", 390, 844, ColorScheme.Dark), ("phone-light", 390, 844, ColorScheme.Light),
    ];

    // What still loads, and charts that are still drawn.
    private const string Settled = "!document.querySelector('[aria-busy=\"true\"]:not([role=\"progressbar\"]), .mud-skeleton') && [...document.querySelectorAll('.js-plotly-plot')].every(chart => chart.querySelector('.main-svg'))";

    private const string Busy = """
        () => [...[...document.querySelectorAll("[aria-busy='true']:not([role='progressbar']), .mud-skeleton")].map(e => e.outerHTML.slice(0, 160)), ...[...document.querySelectorAll(".js-plotly-plot")].filter(chart => !chart.querySelector(".main-svg")).map(chart => `chart in ${chart.closest("section, figure")?.textContent.trim().slice(0, 60)}`)].join("; ")
        """;

    // Within its own scrolling box a table may be as wide as it likes.
    private const string TooWide = """
        () => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return "";
          const scrolls = e => { for (let at = e.parentElement; at && at !== document.body; at = at.parentElement) if (getComputedStyle(at).overflowX !== "visible") return true; return false; };
          return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > room + 1 && !scrolls(e)).slice(0, 3).map(e => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}`).join(", ") || `scrolls to ${document.documentElement.scrollWidth}`;
        }
        """;

    /// <summary>All faults of all pages, each with its page and view; none where all is well.</summary>
    public static async Task<IReadOnlyList<string>> LookAsync(StudioPage studio, string state, IReadOnlyList<LookedAt> pages)
    {
        var (faults, page) = (new List<string>(), studio.Page);
        var (every, pictures) = (Environment.GetEnvironmentVariable("MTLSTUDIO_EVERY_VIEW") == "1", Environment.GetEnvironmentVariable("MTLSTUDIO_PAGE_PICTURES") == "1");
        for (var i = 0; i < pages.Count; i++)
        {
            await TurnAsync(page, 0);
            await studio.GotoAsync(pages[i].Path);
            for (var view = 0; view < Views.Length; view++)
            {
                // The theme has no say in how wide a page is.
                if (!every && !pictures && view % 2 == 1) continue;
                await TurnAsync(page, view);
                var where = $"{state}, {pages[i].Name}, {Views[view].Name}";
                if (!await HoldsAsync(page, Settled)) faults.Add($"{where}: still loads after 15 s: {await page.EvaluateAsync<string>(Busy)}");
                if (!await HoldsAsync(page, "document.documentElement.scrollWidth <= document.documentElement.clientWidth", 3)) faults.Add($"{where}: wider than the window: {await page.EvaluateAsync<string>(TooWide)}");
                if (every || view == (i + state.Length) % 2 * 2) faults.AddRange((await studio.BarriersAsync()).Select(barrier => $"{where}: {barrier}"));
                if (pictures) await studio.ScreenshotAsync($"{state}-{pages[i].Name}-{Views[view].Name}");
            }
        }
        faults.AddRange(studio.Faults.Select(fault => $"{state}: {fault}"));
        return faults;
    }

    private static async Task TurnAsync(IPage page, int view)
    {
        await page.SetViewportSizeAsync(Views[view].Width, Views[view].Height);
        await page.EmulateMediaAsync(new() { ColorScheme = Views[view].Scheme });
    }

    private static async Task<bool> HoldsAsync(IPage page, string expression, int seconds = 15)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds; await Task.Delay(50, TestContext.Current.CancellationToken))
            if (await page.EvaluateAsync<bool>(expression)) return true;
        return false;
    }
}
