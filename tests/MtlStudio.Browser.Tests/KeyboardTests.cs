using System.Text;
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
          const shown = [at, at.parentElement, at.closest(".mud-input-control, .mud-checkbox, .mud-radio, .mud-switch, label")].some(e => e && lit(e)) || at.matches("input, textarea, select") || getComputedStyle(at, "::before").content !== "none"
            || parseFloat(getComputedStyle(at.closest(".mud-input")?.querySelector(".mud-input-outlined-border") ?? at).borderTopWidth) >= 2;
          return box.width === 0 ? `nothing to see of ${at.outerHTML.slice(0, 200)}` : !shown ? `no sign of the keys at ${at.outerHTML.slice(0, 200)}` : "";
        }
        """;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_IsLaunched_Stopped_Compared_DeletedAndBroughtBack_WithoutAMouse()
    {
        using var folder = new MtlStudio.Testing.TemporaryFolder();
        var (equal, pcgrad) = await ReviewedData.WriteAsync(folder.Root);
        await using var process = await StudioProcess.StartAsync(folder.Root);
        await using var studio = await fixture.NewPageAsync(address: process.Address);
        var page = studio.Page;
        await studio.GotoAsync("/");
        await LaunchAndStopAsync(page);
        await CompareAsync(page, equal, pcgrad);
        await FilterAsync(page);
        await DeleteAndUndoAsync(page);
        studio.AssertClean();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Files_BecomeTasks_WithoutAMouse()
    {
        using var folder = new MtlStudio.Testing.TemporaryFolder();
        await using var process = await StudioProcess.StartAsync(folder.Root);
        await using var studio = await fixture.NewPageAsync(address: process.Address);
        var page = studio.Page;
        await studio.GotoAsync("/");
        await TabToAsync(page, "a", "Start from files");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Start from files");
        await TabToAsync(page, "button", "Choose files");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        var reviews = "text,label\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"The soup of day {i} was {(i % 2 == 0 ? "lovely" : "stale")}.,{(i % 2 == 0 ? "good" : "bad")}\n"));
        await chooser.SetFilesAsync(new FilePayload { Name = "keyed-reviews.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(reviews) });
        await Expect(page.GetByText("Make the dataset, its task and the mix")).ToBeVisibleAsync();
        await TabToAsync(page, "button", "Make the dataset, its task and the mix");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/new?mix=*");
        await Expect(page.GetByText("Ready: 1 task")).ToBeVisibleAsync();
        studio.AssertClean();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task KeysHelp_OpensAndCloses_AndGivesTheKeysBack()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/runs");
        await TabToAsync(page, "a", "Studies");
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToBeVisibleAsync();
        await studio.AssertAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToHaveCountAsync(0);
        await studio.WaitForAsync("document.activeElement.textContent.trim() === 'Studies'");
        studio.AssertClean();
    }

    [Fact]
    public async Task NewPage_GivesItsHeadingTheKeys_UnlessTheyHaveMovedOnAlready()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/");
        await page.Keyboard.TypeAsync("gr");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Runs");
        await Expect(page.Locator("h1")).ToBeFocusedAsync();

        // The heading's turn comes a round trip after the page: later than someone who goes on at once.
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("h1")).Not.ToBeFocusedAsync();
        await page.EvaluateAsync("mtlKeys.heading()");
        await Expect(page.Locator("h1")).Not.ToBeFocusedAsync();
        studio.AssertClean();
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
        await Expect(page.Locator(".bulk")).ToContainTextAsync("2 chosen");
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

    private static async Task FilterAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.TypeAsync("gr");
        var rows = page.Locator("tr[data-run]");
        await Expect(rows).ToHaveCountAsync(3);
        var field = page.GetByRole(AriaRole.Combobox, new() { Name = "Search and filter runs" });
        await page.Keyboard.TypeAsync("/");
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("PCGrad");
        await page.Keyboard.PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new Regex("filter="));

        // Empty again: the last condition goes by the key that deletes, and Escape leaves the field.
        await page.Keyboard.PressAsync("Backspace");
        await Expect(rows).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("Escape");
        await Expect(field).Not.ToBeFocusedAsync();
    }

    private static async Task DeleteAndUndoAsync(IPage page)
    {
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
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("u");
        await Expect(rows).ToHaveCountAsync(3);
    }

    /// <summary>Presses Tab until such an element has the keys; what has them on the way is seen to have them.</summary>
    private static async Task TabToAsync(IPage page, string selector, string? text = null)
    {
        // Once round the page and some: the shared studio's list of runs alone may hold more than a hundred stops.
        for (var left = 400; left > 0; left--)
        {
            await page.Keyboard.PressAsync("Tab");
            // A ring may stand a moment after the key.
            var unseen = await page.EvaluateAsync<string>(Seen);
            for (var tries = 20; unseen.Length > 0 && tries > 0; tries--, unseen = await page.EvaluateAsync<string>(Seen)) await page.WaitForTimeoutAsync(50);
            Assert.Equal("", unseen);
            if (await page.EvaluateAsync<bool>("([selector, text]) => document.activeElement.matches(selector) && (text === null || document.activeElement.textContent.trim() === text)", new object?[] { selector, text })) return;
        }
        Assert.Fail($"Tab does not lead to {selector} {text}");
    }
}
