using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>The journeys of a day without a mouse: what has the keys is always seen, Escape leads out, and the keys come back to where they were.</summary>
public sealed class KeyboardTests(StudioFixture fixture)
{
    // Something of the focused element, or of its own parts, differs from what it looks like at rest.
    private const string Seen = """
        () => {
          const at = document.activeElement;
          if (!at || at === document.body || at.tagName === "H1") return "";
          const box = at.getBoundingClientRect();
          const lit = e => { const look = getComputedStyle(e); return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0 || look.boxShadow !== "none"; };
          const shown = [at, at.parentElement, at.closest(".mud-input-control, .mud-checkbox, .mud-radio, .mud-switch, label")].some(e => e && lit(e)) || at.matches("input, textarea, select") || getComputedStyle(at, "::before").content !== "none";
          return box.width === 0 ? `nothing to see of ${at.outerHTML.slice(0, 200)}` : !shown ? `no sign of the keys at ${at.outerHTML.slice(0, 200)}` : "";
        }
        """;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_IsLaunched_Stopped_Compared_DeletedAndBroughtBack_WithoutAMouse()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-keys-");
        try
        {
            var (equal, pcgrad) = await ReviewedData.WriteAsync(folder.FullName);
            await using var process = await StudioProcess.StartAsync(folder.FullName);
            await using var studio = await fixture.NewPageAsync(address: process.Address);
            var page = studio.Page;
            await studio.GotoAsync("/");
            await LaunchAndStopAsync(page);
            await CompareAsync(page, equal, pcgrad);
            await DeleteAndUndoAsync(page);
            studio.AssertClean();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task LaunchAndStopAsync(IPage page)
    {
        await page.Keyboard.TypeAsync("n");
        await Expect(page.GetByText("Ready: 4 tasks")).ToBeVisibleAsync();
        await TabToAsync(page, "button", "Launch");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(new Regex("/runs/[0-9]+"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("four tasks");
        await TabToAsync(page, "button", "Stop");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".state", new() { HasText = "stopped" }).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    private static async Task CompareAsync(IPage page, long equal, long pcgrad)
    {
        await page.Keyboard.TypeAsync("gr");
        await Expect(page.Locator("tr[data-run]")).ToHaveCountAsync(3);
        foreach (var run in new[] { equal, pcgrad })
        {
            await TabToAsync(page, $"tr[data-run='{run}'] input[type=checkbox]");
            await page.Keyboard.PressAsync("Space");
            await Expect(page.Locator($"tr[data-run='{run}'] input[type=checkbox]")).ToBeCheckedAsync();
        }
        await page.Keyboard.TypeAsync("c");
        await Expect(page).ToHaveURLAsync(new Regex("/compare\\?runs=\\d+,\\d+"));
        await Expect(page.Locator(".picker-line")).ToHaveCountAsync(2);

        // A run more: found by typing, added by Enter.
        await page.Keyboard.TypeAsync("/");
        await page.Keyboard.TypeAsync("four tasks");
        await TabToAsync(page, ".picker-item");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".picker-line")).ToHaveCountAsync(3);
    }

    private static async Task DeleteAndUndoAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.TypeAsync("gr");
        var rows = page.Locator("tr[data-run]");
        await Expect(rows).ToHaveCountAsync(3);
        await TabToAsync(page, "tr[data-run] input[type=checkbox]");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".bulk")).ToContainTextAsync("1 chosen");

        // Escape closes the actions, and the press that opened them has the keys again.
        await page.Keyboard.TypeAsync(".");
        await Expect(page.Locator(".pop-keys")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".pop-keys")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-keys='.']")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".pop-keys")).ToBeFocusedAsync();
        await TabToAsync(page, "button", "Delete");
        await page.Keyboard.PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(2);
        await page.Keyboard.TypeAsync("u");
        await Expect(rows).ToHaveCountAsync(3);
    }

    /// <summary>Presses Tab until such an element has the keys; what has them on the way is seen to have them.</summary>
    private static async Task TabToAsync(IPage page, string selector, string? text = null)
    {
        for (var left = 120; left > 0; left--)
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal("", await page.EvaluateAsync<string>(Seen));
            if (await page.EvaluateAsync<bool>("([selector, text]) => document.activeElement.matches(selector) && (text === null || document.activeElement.textContent.trim() === text)", new object?[] { selector, text })) return;
        }
        Assert.Fail($"Tab does not lead to {selector} {text}");
    }
}
