using System.Globalization;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Every page in the states that people meet: with nothing yet, with the recorded study, and with more than fits any screen.</summary>
public sealed class PageStateTests(StudioFixture fixture)
{
    // A tenth of what pages must bear; MTLSTUDIO_POINTS=5000000 writes it all.
    private const int Points = 500_000;

    private static readonly LookedAt[] Everywhere =
    [
        new("home", "/"), new("start", "/start"), new("datasets", "/data/datasets"), new("dataset-new", "/data/datasets/new"), new("tasks", "/data/tasks"), new("mixes", "/data/mixes"), new("models", "/data/models"),
        new("model-new", "/data/models/new"), new("runs", "/runs"), new("new", "/new"), new("new-tasks", "/new?section=tasks"), new("new-tuning", "/new?section=tuning"), new("compare-none", "/compare"), new("reviews", "/review"), new("review-new", "/review/new"), new("settings", "/settings"),
    ];

    [Fact]
    [Trait("Category", "Slow")]
    public Task Pages_Stand_WhenThereIsNothingYet() => LookAsync("nothing", [], (_, page) => Expect(page.Locator(".studio h1")).ToHaveTextAsync("Home"),
        _ => [.. Everywhere, new("run-none", "/runs/999"), new("compare-gone", "/compare?runs=998,999")]);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Pages_Stand_WithTheRecordedStudy() => LookAsync("study", ["--Studio:SampleStudy=true"],
        (_, page) => Expect(page.Locator(".run-list tr:has(.verdict)")).ToHaveCountAsync(6, new() { Timeout = 120_000 }),
        _ => [new("home", "/"), new("runs", "/runs"), .. Run(1), new("compare-two", "/compare?runs=1,8,15,7,14,21&reference=baseline"), new("compare-examples", "/compare?runs=1,7&reference=baseline&task=sentiment&open=1"), new("dataset", "/data/datasets/1"), new("task", "/data/tasks/1"), new("mix", "/data/mixes/1"), new("model", "/data/models/1"), new("review-new", "/review/new?runs=1,7")]);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Pages_Stand_WithFiveHundredRuns_FortyTasks_ManyPoints_AndAFailure()
    {
        LargeData.Numbers? numbers = null;
        var points = int.TryParse(Environment.GetEnvironmentVariable("MTLSTUDIO_POINTS"), CultureInfo.InvariantCulture, out var asked) ? asked : Points;
        await LookAsync("large", [], (_, page) => Expect(page.Locator(".run-list tr").First).ToBeVisibleAsync(),
            _ => [new("home", "/"), new("runs", "/runs"), new("runs-grouped", "/runs?group=policy"), .. Run(numbers!.Wide), new("run-failed", $"/runs/{numbers.Failed}"), new("run-failed-system", $"/runs/{numbers.Failed}?tab=system"),
                new("compare-many", $"/compare?runs={string.Join(',', Enumerable.Range(0, 20).Select(i => numbers.First + i))}&reference=untuned"), new("compare-forty", $"/compare?runs={numbers.Wide},{numbers.First}&reference=untuned"), new("review-new", "/review/new")],
            async folder => numbers = await LargeData.WriteAsync(folder, points));
        TestContext.Current.SendDiagnosticMessage($"{points} points");
    }

    private static IEnumerable<LookedAt> Run(long id) => new[] { "overview", "curves", "balance", "evaluation", "system", "spec" }.Select(tab => new LookedAt($"run-{tab}", $"/runs/{id}?tab={tab}"));

    private async Task LookAsync(string state, string[] arguments, Func<StudioPage, IPage, Task> ready, Func<string, IReadOnlyList<LookedAt>> pages, Func<string, Task>? prepare = null)
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-state-");
        try
        {
            if (prepare is not null) await prepare(folder.FullName);
            await using var process = await StudioProcess.StartAsync(folder.FullName, arguments);
            await using var studio = await fixture.NewPageAsync(address: process.Address);
            await studio.GotoAsync("/");
            await ready(studio, studio.Page);
            var faults = await PageLook.LookAsync(studio, state, pages(process.Address));
            Assert.True(faults.Count == 0, string.Join("\n", faults));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
