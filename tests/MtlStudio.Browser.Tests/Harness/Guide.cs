using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>
/// The pictures of docs/guide, taken by the journeys that the guide tells, so that none goes stale. Taken only where
/// <c>MTLSTUDIO_GUIDE_PICTURES=1</c> asks for it; every other run only waits for the page to stand still.
/// </summary>
internal static partial class Guide
{
    public static string Images { get; } = Path.Combine(Repository.Root, "docs", "guide", "images");

    private static bool Asked => Environment.GetEnvironmentVariable("MTLSTUDIO_GUIDE_PICTURES") == "1";

    /// <summary>Writes what the window shows, or one part of the page, to docs/guide/images.</summary>
    /// <param name="name">Of the file, without its ending: lower-case words with hyphens.</param>
    /// <param name="part">As a panel of the page; null: the window.</param>
    public static async Task PictureAsync(StudioPage studio, string name, ILocator? part = null)
    {
        Assert.Matches(Name(), name);
        // A notice that fades and a chart that is still drawn make another picture each time. (A bar of progress calls itself busy for good, where a run failed.)
        await Expect(studio.Page.Locator(".mud-snackbar")).ToHaveCountAsync(0);
        await Expect(studio.Page.Locator("[aria-busy='true']:not([role='progressbar'])")).ToHaveCountAsync(0);
        await studio.WaitForAsync("[...document.querySelectorAll('.js-plotly-plot')].every(chart => chart.querySelector('.main-svg'))");
        if (!Asked) return;
        var path = Path.Combine(Directory.CreateDirectory(Images).FullName, $"{name}.png");
        if (part is null) await studio.Page.ScreenshotAsync(new() { Path = path, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
        else await part.ScreenshotAsync(new() { Path = path, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Name();
}
