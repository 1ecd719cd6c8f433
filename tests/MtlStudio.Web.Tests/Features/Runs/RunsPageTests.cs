using Bunit;
using Microsoft.AspNetCore.Components.Web;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Runs;
using MtlStudio.Web.Live;
using MtlStudio.Web.Tests.Store;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Runs;

public sealed class RunsPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_SaysWhatToDo_WhenThereIsNoRun()
    {
        await using var host = await RunsPageHost.OpenAsync();
        var page = host.Open();
        page.WaitForAssertion(() => Assert.Contains("No run yet", page.Markup));
        Assert.Contains(page.FindAll("a"), link => link.GetAttribute("href") == "/runs/new");
    }

    [Fact]
    public async Task Filter_IsReadFromTheLine_BecomesChips_AndPointsAtItsFaults()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open();
        page.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], Ids(page)));
        await TypeAsync(page, "policy = uw");
        page.WaitForAssertion(() => Assert.Equal(["2"], Ids(page)));
        Assert.Equal("policy = uw", host.Query("filter"));
        Assert.Contains("3 runs, 1 shown by the filter", page.Markup);
        await TypeAsync(page, "seed = 9");
        page.WaitForAssertion(() => Assert.Contains("No run matches", page.Markup));
        Assert.Equal(["policy = uw", "seed = 9"], page.FindAll(".filter-edit").Select(chip => chip.TextContent));
        await page.PressAsync(".filter-drop", 1);
        page.WaitForAssertion(() => Assert.Equal(["2"], Ids(page)));

        await TypeAsync(page, "score > high");
        var fault = page.WaitForElement(".filter-fault");
        Assert.Equal("high", fault.QuerySelector("mark")!.TextContent);
        Assert.Contains("score is compared with a number: \"high\" is none (at character 9)", fault.TextContent);
        Assert.Equal("policy = uw", host.Query("filter"));
        await TypeAsync(page, "sed = 1");
        page.WaitForAssertion(() => Assert.Contains("did you mean seed?", page.Find(".filter-fault").TextContent));
    }

    [Fact]
    public async Task Completion_OffersColumnsOperatorsAndValues()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open();
        page.WaitForElement(".filter-input");
        await page.TypeAsync(".filter-input", "polic");
        page.WaitForAssertion(() => Assert.Contains("policy", Options(page)));
        await page.TypeAsync(".filter-input", "policy ");
        page.WaitForAssertion(() => Assert.Contains("=", Options(page)));
        await page.TypeAsync(".filter-input", "policy = ");
        page.WaitForAssertion(() => Assert.Equal(["equal", "pcgrad", "uw"], Options(page).Order()));
        await page.KeyAsync(".filter-input", "ArrowDown");
        var first = Options(page)[0];
        await page.KeyAsync(".filter-input", "Enter");
        page.WaitForAssertion(() => Assert.Equal($"policy = {first} ", page.Find(".filter-input").GetAttribute("value")));
        await page.KeyAsync(".filter-input", "Escape");
        await page.KeyAsync(".filter-input", "Enter");
        page.WaitForAssertion(() => Assert.Single(Ids(page)));
    }

    [Fact]
    public async Task Address_OpensTheSameTable_AndHeadsSortIt()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open("columns=id,training.steps,policy&sort=-training.steps&pinned=1");
        page.WaitForAssertion(() => Assert.Equal(["2", "3", "1"], Ids(page)));
        Assert.Equal(["Run", "training.steps ▼", "Policy"], page.FindAll(".head-sort").Select(head => head.TextContent.Trim()));
        Assert.Equal("descending", page.FindAll("th[draggable]")[1].GetAttribute("aria-sort"));
        Assert.Equal(["300", "200", "100"], page.FindAll("td[data-label='training.steps']").Select(cell => cell.TextContent.Trim()));
        await page.PressAsync(".head-sort", 1);
        page.WaitForAssertion(() => Assert.Equal(["1", "3", "2"], Ids(page)));
        Assert.Equal("training.steps", host.Query("sort"));
        await page.PressAsync(".head-sort", 1);
        page.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], Ids(page)));
        Assert.Null(host.Query("sort"));
    }

    [Fact]
    public async Task Groups_ShowMeanAndDeviation_AndOpen()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open("group=seed&columns=id,name,training.steps&sort=seed");
        page.WaitForAssertion(() => Assert.Equal(["seed 1 2 runs", "seed 2 1 run"], page.FindAll(".group-open").Select(head => string.Join(' ', head.QuerySelectorAll(".group-keys, .group-count").Select(part => part.TextContent)))));
        Assert.Equal("150 ± 70.71", page.FindAll("tr.group td[data-label='training.steps']")[0].TextContent.Trim());
        await page.PressAsync(".group-open", 0);
        page.WaitForAssertion(() => Assert.Equal(["3", "1"], Ids(page)));
        await page.PressAsync(".group-open", 0);
        page.WaitForAssertion(() => Assert.Empty(Ids(page)));
    }

    [Fact]
    public async Task Group_IsChosenWhole_OpenOrNot()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open("group=seed&columns=id,name&sort=seed");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tr.group").Count));
        await page.ChangeAsync("input[aria-label='Select all runs of seed 1']", true);
        page.WaitForAssertion(() => Assert.Contains("2 chosen", page.Markup));
        Assert.True(page.Find("input[aria-label='Select all runs of seed 1']").HasAttribute("checked"));
        Assert.False(page.Find("input[aria-label='Select all runs of seed 2']").HasAttribute("checked"));
        await page.PressAsync(".group-open");
        page.WaitForAssertion(() => Assert.Equal(["3", "1"], Ids(page)));
        Assert.All(page.FindAll("tr[data-run] .pick input"), box => Assert.True(box.HasAttribute("checked")));
        // One taken out: the group is no longer chosen whole.
        await ChooseAsync(page, 1);
        page.WaitForAssertion(() => Assert.False(page.Find("input[aria-label='Select all runs of seed 1']").HasAttribute("checked")));
        await page.ChangeAsync("input[aria-label='Select all runs of the shown groups']", true);
        page.WaitForAssertion(() => Assert.Contains("3 chosen", page.Markup));
        await page.PressAsync("[role=toolbar] .plain-button", button => button.TextContent == "Compare");
        Assert.Equal([1, 2, 3], host.Navigation.Uri.Split("runs=")[1].Split(',').Select(int.Parse).Order());
    }

    [Fact]
    public async Task ChosenRuns_AreTaggedArchivedDeletedAndBroughtBack()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open();
        page.WaitForAssertion(() => Assert.Equal(3, Ids(page).Count));
        await ChooseAsync(page, 1);
        await ChooseAsync(page, 3);
        page.WaitForAssertion(() => Assert.Contains("2 chosen", page.Markup));
        await page.PressAsync("[role=toolbar] .plain-button", button => button.TextContent == "Compare");
        Assert.EndsWith("/compare?runs=3,1", host.Navigation.Uri);

        await PressAsync(page, "Tag");
        host.Popovers.WaitForElement("input[aria-label=Tag]");
        await host.Popovers.TypeAsync("input[aria-label=Tag]", "keep");
        await host.Popovers.SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".tag-chip").Count(chip => chip.TextContent == "keep")));

        await PressAsync(page, "Actions");
        host.Popovers.WaitForElement(".menu button");
        await host.Popovers.PressAsync(".menu button", button => button.TextContent == "Delete");
        page.WaitForAssertion(() => Assert.Equal(["2"], Ids(page)));
        Assert.Null(await host.Store.Store.FindOrNullAsync(1, Cancellation));
        host.Snackbars.WaitForAssertion(() => Assert.Contains("2 runs deleted", host.Snackbars.Markup));
        // The bar that had the keyboard is gone: the table takes it.
        await page.WaitForAssertionAsync(() => Assert.Contains(host.Context.JSInterop.Invocations, call => call.Identifier == "Blazor._internal.domWrapper.focus"));
        await host.Snackbars.PressAsync("button", button => button.TextContent.Trim() == "Undo");
        page.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], Ids(page)));
        Assert.Equal(["keep"], (await host.Store.Store.GetAsync(1, Cancellation)).Tags.Select(tag => tag.Tag));
    }

    [Fact]
    public async Task Table_FollowsWhatHappensToRuns()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var page = host.Open();
        page.WaitForAssertion(() => Assert.Equal(3, Ids(page).Count));
        await host.Store.Store.TransitionAsync(2, RunState.Stopped, "stopped by the user", cancellation: Cancellation);
        await host.Feed.TellAsync(new LiveChange(2, RunState.Stopped, "stopped by the user"));
        page.WaitForAssertion(() => Assert.Contains("stopped", page.Find("tr[data-run='2']").TextContent));
        var added = await host.Store.CreateAsync("late");
        await host.Feed.TellAsync(new LiveChange(added.Id, RunState.Queued, "launched"));
        page.WaitForAssertion(() => Assert.Equal(4, Ids(page).Count));
    }

    [Fact]
    public async Task View_OpensThePage_WhenItIsTheDefault_AndTellsOfChanges()
    {
        await using var host = await RunsPageHost.OpenAsync();
        await AddAsync(host);
        var views = host.Store.Get<RunTableViews>();
        await views.CreateAsync("Mine", new() { Filter = "policy = pcgrad", Columns = ["id", "seed"], Chart = "none" }, isDefault: true, Cancellation);
        var page = host.Open();
        page.WaitForAssertion(() => Assert.Equal(["3"], Ids(page)));
        Assert.Contains("Mine", page.Find(".runs-tools").TextContent);
        Assert.DoesNotContain("(changed)", page.Markup);
        await page.PressAsync(".filter-drop");
        page.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], Ids(page)));
        Assert.Equal("", host.Query("filter"));
        Assert.Contains("(changed)", page.Markup);
    }

    private static async Task AddAsync(RunsPageHost host)
    {
        foreach (var (policy, seed, steps) in new[] { ("equal", 1, 100), ("uw", 2, 300), ("pcgrad", 1, 200) })
            await host.Store.Store.CreateAsync(StoreHost.Spec($"with {policy}") with { Seed = seed, Weighting = new() { Name = policy }, Training = new() { Steps = steps } }, cancellation: Cancellation);
    }

    private static async Task TypeAsync(IRenderedComponent<RunsPage> page, string text)
    {
        await page.TypeAsync(".filter-input", text);
        await page.KeyAsync(".filter-input", "Enter");
    }

    private static Task ChooseAsync(IRenderedComponent<RunsPage> page, long run) => page.ChangeAsync($"input[aria-label='Select run {run}']", true);

    private static Task PressAsync(IRenderedComponent<RunsPage> page, string button) =>
        page.PressAsync("[role=toolbar] .pop-button", one => one.TextContent.Trim() == button);

    private static List<string> Ids(IRenderedComponent<RunsPage> page) => [.. page.FindAll("tr[data-run]").Select(row => row.GetAttribute("data-run")!)];

    private static List<string> Options(IRenderedComponent<RunsPage> page) => [.. page.FindAll(".filter-list code").Select(option => option.TextContent)];
}
