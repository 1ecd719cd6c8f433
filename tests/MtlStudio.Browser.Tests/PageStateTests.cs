using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
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
        new("home", "/"), new("start", "/start"), new("datasets", "/data/datasets"), new("dataset-new", "/data/datasets/new"), new("tasks", "/data/tasks"), new("task-new", "/data/tasks/new"),
        new("mixes", "/data/mixes"), new("mix-new", "/data/mixes/new"), new("models", "/data/models"), new("model-new", "/data/models/new"), new("runs", "/runs"),
        new("new", "/new"), new("new-tasks", "/new?section=tasks"), new("new-tuning", "/new?section=tuning"), new("studies", "/studies"), new("study-new", "/studies/new"),
        new("compare-none", "/compare"), new("reviews", "/review"), new("review-new", "/review/new"), new("settings", "/settings"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public Task Pages_Stand_WhenThereIsNothingYet() => LookAsync("nothing", [], page => Expect(page.Locator(".studio h1")).ToHaveTextAsync("Home"), _ => Task.FromResult<LookedAt[]>(
        [.. Everywhere, new("run-none", "/runs/999"), new("compare-gone", "/compare?runs=998,999"), new("dataset-none", "/data/datasets/999"), new("study-none", "/studies/999"), new("review-none", "/review/999")]));

    [Fact]
    [Trait("Category", "Slow")]
    public Task Pages_Stand_WithTheRecordedStudy() => LookAsync("study", ["--Studio:SampleStudy=true"],
        page => Expect(page.Locator(".run-list tr:has(.verdict)")).ToHaveCountAsync(6, new() { Timeout = 120_000 }),
        async address =>
        {
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            using var review = await client.PostAsJsonAsync("/api/v1/reviews", new JsonObject { ["name"] = "equal or pcgrad", ["runs"] = new JsonArray(new JsonObject { ["run"] = 1 }, new JsonObject { ["run"] = 7 }) }, Token);
            Assert.True(review.IsSuccessStatusCode, await review.Content.ReadAsStringAsync(Token));
            async Task<LookedAt> FirstAsync(string kind) => new(kind, $"/data/{kind}/{(await client.GetFromJsonAsync<JsonObject>($"/api/v1/{kind}", Token))!["items"]![0]!["id"]!.GetValue<long>()}");
            return
            [
                new("home", "/"), new("runs", "/runs"), .. Run(1), await FirstAsync("datasets"), await FirstAsync("tasks"), await FirstAsync("mixes"), await FirstAsync("models"),
                new("compare-two", "/compare?runs=1,8,15,7,14,21&reference=baseline"), new("compare-examples", "/compare?runs=1,7&reference=baseline&task=sentiment&open=1"),
                new("studies", "/studies"), new("study", "/studies/1"), new("reviews", "/review"), new("review-new", "/review/new?runs=1,7"), new("review", "/review/1"), new("review-results", "/review/1/results"), new("settings", "/settings"),
            ];
        });

    [Fact]
    [Trait("Category", "Slow")]
    public Task Pages_Stand_WithFiveHundredRuns_FortyTasks_ManyPoints_AndAFailure()
    {
        LargeData.Numbers? numbers = null;
        var points = int.TryParse(Environment.GetEnvironmentVariable("MTLSTUDIO_POINTS"), CultureInfo.InvariantCulture, out var asked) ? asked : Points;
        return LookAsync("large", [], page => Expect(page.Locator(".run-list tr").First).ToBeVisibleAsync(), _ => Task.FromResult<LookedAt[]>(
        [
            new("home", "/"), new("runs", "/runs"), new("runs-grouped", "/runs?group=policy"), .. Run(numbers!.Wide), new("run-failed", $"/runs/{numbers.Failed}"), new("run-failed-system", $"/runs/{numbers.Failed}?tab=system"),
            new("compare-many", $"/compare?runs={string.Join(',', Enumerable.Range(0, 20).Select(i => numbers.First + i))}&reference=untuned"), new("compare-forty", $"/compare?runs={numbers.Wide},{numbers.First}&reference=untuned"), new("review-new", "/review/new"),
        ]),
        async folder => numbers = await LargeData.WriteAsync(folder, points));
    }

    private static IEnumerable<LookedAt> Run(long id) => new[] { "overview", "curves", "balance", "evaluation", "system", "spec" }.Select(tab => new LookedAt($"run-{tab}", $"/runs/{id}?tab={tab}"));

    /// <param name="ready">Waits on Home until the state stands.</param>
    /// <param name="pages">What to look at, of the studio at this address.</param>
    /// <param name="prepare">Fills the data folder before the studio starts.</param>
    private async Task LookAsync(string state, string[] arguments, Func<IPage, Task> ready, Func<string, Task<LookedAt[]>> pages, Func<string, Task>? prepare = null)
    {
        using var folder = new MtlStudio.Testing.TemporaryFolder();
        if (prepare is not null) await prepare(folder.Root);
        await using var process = await StudioProcess.StartAsync(folder.Root, arguments);
        await using var studio = await fixture.NewPageAsync(address: process.Address);
        await using var other = await fixture.NewPageAsync(address: process.Address);
        await studio.GotoAsync("/");
        await ready(studio.Page);
        var faults = await PageLook.LookAsync([studio, other], state, await pages(process.Address));
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }
}
