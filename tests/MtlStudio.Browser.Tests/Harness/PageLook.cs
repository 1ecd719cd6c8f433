using System.Diagnostics;
using Microsoft.Playwright;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>A page that is looked at.</summary>
/// <param name="Name">Of its pictures: lower-case words with hyphens.</param>
/// <param name="Path">Its address.</param>
internal sealed record LookedAt(string Name, string Path);

/// <summary>
/// Looks at pages wide by day and on a phone by night (all four views where <c>MTLSTUDIO_EVERY_VIEW=1</c> asks for it): nothing may reach out of
/// the window, nothing stands between a reader and the page, and no script fails. Each page is loaded once and then turned.
/// <c>MTLSTUDIO_PAGE_PICTURES=1</c> keeps a picture of each view in the test output's folder "screenshots".
/// </summary>
internal static class PageLook
{
    private static readonly (string Name, int Width, int Height, ColorScheme Scheme)[] Views =
    [
        ("wide-light", 1440, 900, ColorScheme.Light), ("phone-dark", 390, 844, ColorScheme.Dark), ("wide-dark", 1440, 900, ColorScheme.Dark), ("phone-light", 390, 844, ColorScheme.Light),
    ];

    // How many elements there are; -1 while the page loads, draws its charts or turns to another theme. A chart is drawn when it comes into sight.
    private const string Elements = """
        theme => document.documentElement.dataset.theme === theme && parseInt(getComputedStyle(document.documentElement).getPropertyValue("--mud-palette-text-primary").match(/\d+/)) > 128 === (theme === "dark")
          && !document.querySelector("[aria-busy='true']:not([role='progressbar']), .mud-skeleton")
          && [...document.querySelectorAll(".chart")].every(chart => chart.getBoundingClientRect().top > innerHeight || chart.querySelector(".main-svg"))
          ? document.querySelectorAll("*").length : -1
        """;

    private const string Busy = """
        () => [document.documentElement.dataset.theme, ...[...document.querySelectorAll("[aria-busy='true']:not([role='progressbar']), .mud-skeleton")].map(e => e.outerHTML.slice(0, 160)), ...[...document.querySelectorAll(".chart")].filter(chart => chart.getBoundingClientRect().top <= innerHeight && !chart.querySelector(".main-svg")).map(chart => `chart: ${chart.outerHTML.slice(0, 160)}`)].join("; ")
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
    /// <param name="studios">Browser pages that share the work.</param>
    public static async Task<IReadOnlyList<string>> LookAsync(IReadOnlyList<StudioPage> studios, string state, IReadOnlyList<LookedAt> pages) =>
        [.. (await Task.WhenAll(studios.Select((studio, mine) => LookAsync(studio, state, pages.Where((_, i) => i % studios.Count == mine))))).SelectMany(faults => faults)];

    private static async Task<List<string>> LookAsync(StudioPage studio, string state, IEnumerable<LookedAt> pages)
    {
        var (faults, page) = (new List<string>(), studio.Page);
        var views = Environment.GetEnvironmentVariable("MTLSTUDIO_EVERY_VIEW") == "1" ? Views : Views[..2];
        var pictures = Environment.GetEnvironmentVariable("MTLSTUDIO_PAGE_PICTURES") == "1";
        foreach (var looked in pages)
        {
            await TurnAsync(page, Views[0]);
            await studio.GotoAsync(looked.Path);
            foreach (var view in views)
            {
                await TurnAsync(page, view);
                var where = $"{state}, {looked.Name}, {view.Name}";
                if (!await StandsAsync(page, view.Scheme)) faults.Add($"{where}: still moves after a minute: {await page.EvaluateAsync<string>(Busy)}");
                if (await page.EvaluateAsync<string>(TooWide) is { Length: > 0 } wide) faults.Add($"{where}: wider than the window: {wide}");
                faults.AddRange((await studio.BarriersAsync()).Select(barrier => $"{where}: {barrier}"));
                if (pictures) await studio.ScreenshotAsync($"{state}-{looked.Name}-{view.Name}");
            }
        }
        faults.AddRange(studio.Faults.Select(fault => $"{state}: {fault}"));
        return faults;
    }

    private static async Task TurnAsync(IPage page, (string, int Width, int Height, ColorScheme Scheme) view)
    {
        await page.SetViewportSizeAsync(view.Width, view.Height);
        await page.EmulateMediaAsync(new() { ColorScheme = view.Scheme });
    }

    /// <summary>Waits until nothing loads and no element has come or gone for a moment.</summary>
    private static async Task<bool> StandsAsync(IPage page, ColorScheme scheme)
    {
        var before = -1;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 60; await Task.Delay(120, TestContext.Current.CancellationToken))
        {
            var now = await page.EvaluateAsync<int>(Elements, scheme.ToString().ToLowerInvariant());
            if (now >= 0 && now == before) return true;
            before = now;
        }
        return false;
    }
}
