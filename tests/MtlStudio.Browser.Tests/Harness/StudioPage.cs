using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>A browser page that remembers what went wrong in it.</summary>
public sealed class StudioPage : IAsyncDisposable
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript() + ";0";

    private const string Barriers = """
        async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.filter(found => found.impact === "serious" || found.impact === "critical")
          .map(found => `${found.id}: ${found.help}: ${found.nodes.slice(0, 5).map(node => `${node.html.slice(0, 240)} (${[...node.any, ...node.all, ...node.none].map(check => check.message)[0] ?? ""})`).join("; ")}`)
        """;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();

    private StudioPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        // Policy violations and failed requests reach the console as errors, too.
        page.Console += (_, message) => { if (message.Type == "error") _faults.Enqueue($"console: {message.Text} ({message.Location})"); };
        page.PageError += (_, fault) => _faults.Enqueue($"script: {fault}");
    }

    public IPage Page { get; }

    /// <summary>Errors so far; a test that provokes one takes it out by <see cref="Forgive"/>.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public static async Task<StudioPage> OpenAsync(IBrowserContext context) => new(context, await context.NewPageAsync());

    /// <summary>Opens an address of the studio and waits until its circuit stands and the page is drawn.</summary>
    public async Task GotoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Assertions.Expect(Page.Locator(".studio:not([inert]) h1")).ToBeVisibleAsync();
    }

    /// <summary>Waits until the expression is true. (Playwright's own wait needs eval, which the policy forbids.)</summary>
    public async Task WaitForAsync(string expression, int seconds = 30)
    {
        for (var left = seconds * 10; !await Page.EvaluateAsync<bool>(expression); left--)
        {
            Assert.True(left > 0, $"Not true within {seconds} s: {expression}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until nothing reaches out of the window to the side; charts find their width a moment after they are drawn.</summary>
    public Task FitsAsync() => WaitForAsync($"document.documentElement.scrollWidth === {Page.ViewportSize!.Width}", seconds: 10);

    /// <summary>Keeps a picture for people in the test output's folder "screenshots".</summary>
    public async Task ScreenshotAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
    }

    /// <summary>Fails on what axe finds serious or critical.</summary>
    public async Task AssertAccessibleAsync()
    {
        var grave = await BarriersAsync();
        Assert.True(grave.Count == 0, string.Join("\n", grave));
    }

    /// <summary>
    /// What axe finds serious or critical, with the elements; it looks twice before it says so, as a color that is still turning or a list
    /// that is being filled is no barrier.
    /// </summary>
    public async Task<IReadOnlyList<string>> BarriersAsync()
    {
        var grave = await BarriersNowAsync();
        if (grave.Count == 0) return grave;
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        return await BarriersNowAsync();
    }

    /// <summary>Axe is put into the page once and asked there: its own runner opens a page of its own each time.</summary>
    private async Task<IReadOnlyList<string>> BarriersNowAsync()
    {
        if (!await Page.EvaluateAsync<bool>("typeof axe === 'object'")) await Page.EvaluateAsync(Axe);
        return await Page.EvaluateAsync<string[]>(Barriers);
    }

    public void Forgive(Predicate<string> expected)
    {
        for (var left = _faults.Count; left > 0 && _faults.TryDequeue(out var fault); left--)
            if (!expected(fault)) _faults.Enqueue(fault);
    }

    /// <summary>Fails where the page met an error.</summary>
    public void AssertClean() => Assert.True(_faults.IsEmpty, string.Join("\n", _faults));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
