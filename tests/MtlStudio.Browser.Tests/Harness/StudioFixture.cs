using Microsoft.Playwright;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>One studio and one Chromium for all tests of an assembly that do not need their own.</summary>
public sealed class StudioFixture : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly string _dataFolder = Directory.CreateTempSubdirectory("mtlstudio-browser-").FullName;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private StudioProcess? _studio;

    public StudioProcess Studio => _studio!;

    public async ValueTask InitializeAsync()
    {
        // Patient with a busy machine: what is slow is measured elsewhere.
        Assertions.SetDefaultExpectTimeout(30_000);
        var chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.True(chromium is not null, "No Chromium: install Debian's package \"chromium\" (.ci/run does)");
        var studio = StudioProcess.StartAsync(_dataFolder);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Headless = true, Args = Flags });
        _studio = await studio;
    }

    /// <summary>A fresh browser profile on a page that has not opened anything; ending it fails the test on any console error or policy violation.</summary>
    public async Task<StudioPage> NewPageAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string? address = null)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = address ?? Studio.Address,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 640,
            IsMobile = width < 640,
        });
        return await StudioPage.OpenAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_studio is not null) await _studio.DisposeAsync();
        Directory.Delete(_dataFolder, recursive: true);
    }
}
